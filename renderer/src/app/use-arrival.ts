/** What a change of screen means for the window's title and for the focus. */

import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { screens } from './screens.tsx'

/** The element that holds the screen. */
export const mainId = 'main'

/** Names the window after the screen; after a change of screen its heading has the focus, so that it is read and Tab goes on from there. */
export function useArrival(): void {
  const router = useRouter()
  useEffect(() => {
    nameWindow(router.state.location.pathname)
    return router.subscribe('onRendered', ({ toLocation, pathChanged, fromLocation }) => {
      nameWindow(toLocation.pathname)
      if (pathChanged && fromLocation) focusHeading()
    })
  }, [router])
}

export function focusHeading(): void {
  const main = document.getElementById(mainId)
  const target = main?.querySelector<HTMLElement>('h1') ?? main
  if (!target) return
  target.tabIndex = -1
  target.focus({ preventScroll: true })
}

function nameWindow(pathname: string): void {
  const screen = screens.find(({ path }) => (path === '/' ? pathname === '/' : pathname.startsWith(path)))
  document.title = screen ? `${screen.name} · Benchkeeper` : 'Benchkeeper'
}
