/** Files out of the app: denied, except what a page of ours made itself, and that to where the person says. */

import { basename } from 'node:path'
import type { Session } from 'electron'
import { appOrigin } from './addresses.ts'

export function limitDownloads(session: Session): void {
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith(`blob:${appOrigin}/`)) return event.preventDefault()
    // Without a path set, Electron asks the person.
    item.setSaveDialogOptions({ defaultPath: basename(item.getFilename()) })
  })
}
