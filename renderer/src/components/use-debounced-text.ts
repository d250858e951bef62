/** Text that is typed at once and used a moment later, and that follows when it is changed from elsewhere. */

import { useEffect, useState } from 'react'

const pause = 200

/** @param use hears of it when nothing was typed for 200 ms, without the blanks around it; undefined for nothing */
export function useDebouncedText(value: string | undefined, use: (text: string | undefined) => void): [string, (text: string) => void] {
  const [text, setText] = useState(value ?? '')
  const [used, setUsed] = useState(value)
  if (used !== value) {
    setUsed(value)
    if ((value ?? '') !== text.trim()) setText(value ?? '')
  }

  useEffect(() => {
    const wanted = text.trim() || undefined
    if (wanted === value) return
    const timer = setTimeout(() => use(wanted), pause)
    return () => clearTimeout(timer)
  }, [text, value, use])
  return [text, setText]
}
