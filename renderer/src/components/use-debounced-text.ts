/** Text that is typed at once and used a moment later, and that follows when it is changed from elsewhere. */

import { useEffect, useRef, useState } from 'react'

/**
 * @param use hears of it when nothing was typed for a while, without the blanks around it; undefined for nothing
 * @param pause that while, in milliseconds
 */
export function useDebouncedText(
  value: string | undefined,
  use: (text: string | undefined) => void,
  pause = 200,
): [string, (text: string) => void] {
  const [text, setText] = useState(value ?? '')
  const used = useRef(value)
  /** What `use` was given and has not come back yet as the value: until it does, the person may have typed on. */
  const underWay = useRef<(string | undefined)[]>([])

  useEffect(() => {
    if (value === used.current) return
    used.current = value
    const place = underWay.current.lastIndexOf(value)
    underWay.current = place < 0 ? [] : underWay.current.slice(place + 1)
    if (place < 0) setText((typed) => ((value ?? '') === typed.trim() ? typed : (value ?? '')))
  }, [value])

  useEffect(() => {
    const wanted = text.trim() || undefined
    if (wanted === (underWay.current.length > 0 ? underWay.current.at(-1) : value)) return
    const timer = setTimeout(() => {
      underWay.current.push(wanted)
      use(wanted)
    }, pause)
    return () => clearTimeout(timer)
  }, [text, value, use, pause])
  return [text, setText]
}
