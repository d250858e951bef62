/** Hears a barcode reader wherever the focus is, unless a field takes what it types. */

import { useEffect, useRef } from 'react'
import { createBurst } from './burst.ts'

export function useScanner(onScan: (barcode: string) => void): void {
  const current = useRef(onScan)
  useEffect(() => {
    current.current = onScan
  }, [onScan])

  useEffect(() => {
    const burst = createBurst()
    function onKeyDown(event: KeyboardEvent): void {
      const { target } = event
      if (target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))) return
      if (event.ctrlKey || event.metaKey || event.altKey) return
      // What a reader types is no key of ours: not even a pair such as `g b`.
      if (burst.goesOn(event.timeStamp) && event.key.length === 1) event.stopPropagation()
      const code = burst.press(event.key, event.timeStamp)
      if (code === null) return
      // The Enter is the reader's, not for the button that has the focus.
      event.preventDefault()
      event.stopPropagation()
      current.current(code)
    }
    document.addEventListener('keydown', onKeyDown, { capture: true })
    return () => document.removeEventListener('keydown', onKeyDown, { capture: true })
  }, [])
}
