/** What no page may do, whatever it tries: the rules of the session and of everything that shows a page. docs/security.md lists them. */

import { app, type Session, shell, type WebFrameMain } from 'electron'
import { appOrigin, isOwn, mayOpen } from './addresses.ts'

export type Outside = {
  /** Addresses of the lab's own REST services, when it runs. */
  services(): string[]
}

/** Denies permissions and every request that leaves the program. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide, details) =>
    decide(permission === 'clipboard-sanitized-write' && isOwn(details.requestingUrl)),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) => permission === 'clipboard-sanitized-write' && isOwn(origin))
  session.setDevicePermissionHandler(() => false)
  // Its dictionaries would come from the internet.
  session.setSpellCheckerEnabled(false)
  session.webRequest.onBeforeRequest(({ url, resourceType }, decide) => {
    const own = isOwn(url) || url.startsWith(`blob:${appOrigin}/`) || (url.startsWith('data:') && resourceType !== 'mainFrame')
    // The developer tools' own files; they are not there in a packaged program.
    const tools = !app.isPackaged && url.startsWith('devtools://')
    decide({ cancel: !(own || tools) })
  })
}

/** Pages go nowhere by themselves: links lead to the person's browser or nowhere. */
export function lockContents(outside: Outside): void {
  app.on('web-contents-created', (_event, contents) => {
    for (const name of ['will-navigate', 'will-frame-navigate', 'will-redirect'] as const) {
      contents.on(name as 'will-navigate', (event) => event.preventDefault()) // the three have the same way to say no
    }
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      openOutside(url, outside)
      return { action: 'deny' }
    })
  })
}

/** @returns whether the address was one that may be opened */
export function openOutside(url: string, { services }: Outside): boolean {
  if (!mayOpen(url, services())) return false
  void shell.openExternal(url)
  return true
}

/** The top frame of a page of ours. */
export function isOwnFrame(frame: WebFrameMain | null): boolean {
  return frame !== null && frame.parent === null && isOwn(frame.url)
}
