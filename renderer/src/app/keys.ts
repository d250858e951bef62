/** Keys without Ctrl: one, or two after each other as in `g b`. Deaf while somebody writes or a dialog is open, and when switched off (WCAG 2.1.4). */

import { useEffect } from 'react'
import { usePreferences } from '../components/preferences.ts'

/** Between the two keys of a pair. Milliseconds. */
const patience = 1_500

/** `keys`: such as `?` or `g b`. `bindings` should be stable. */
export type KeyBindings = Readonly<Record<string, () => void>>

export function useKeys(bindings: KeyBindings): void {
  const on = usePreferences((state) => state.keys)
  useEffect(() => {
    if (!on) return
    let first: { key: string; at: number } | null = null

    function onKeyDown(event: KeyboardEvent): void {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTaken(event.target)) return
      const pair = first && event.timeStamp - first.at < patience ? `${first.key} ${event.key}` : ''
      const run = bindings[pair] ?? bindings[event.key]
      const begins = Object.keys(bindings).some((keys) => keys.startsWith(`${event.key} `))
      first = !run && begins ? { key: event.key, at: event.timeStamp } : null
      if (!run) return
      event.preventDefault()
      run()
    }

    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [on, bindings])
}

/** By a field, or by a dialog or menu that is open. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="menu"]')) return true
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}
