/** Files out of the app: denied, except what a page of ours made itself and what the shell began, each to where the person says. */

import { basename } from 'node:path'
import type { DownloadItem, Session, WebContents } from 'electron'
import type { ShellOutput, ShellPush } from '../../../shared/contract/shell.ts'
import { appOrigin } from './addresses.ts'
import { sendToPage } from './ipc.ts'

type Result = ShellOutput<'shell.download'>
type Begun = { fileName: string; finish(result: Result): void }

export type Downloads = {
  /** Whether the shell itself asks for this address now. */
  expects(url: string): boolean
  /** @param url of the lab's own services */
  begin(page: WebContents, url: string, fileName: string, token: string | undefined): Promise<Result>
  cancelAll(): void
}

export function createDownloads(session: Session): Downloads {
  const begun = new Map<string, Begun>()
  const running = new Set<DownloadItem>()

  session.on('will-download', (event, item, page) => {
    const url = item.getURL()
    const download = begun.get(url)
    if (!download && !url.startsWith(`blob:${appOrigin}/`)) return event.preventDefault()

    // Without a path set, Electron asks the person.
    item.setSaveDialogOptions({ defaultPath: basename(download?.fileName ?? item.getFilename()) })
    running.add(item)
    item.on('updated', () => {
      const push: ShellPush = { topic: 'shell.download', bytes: item.getReceivedBytes(), total: item.getTotalBytes() || null }
      sendToPage(page, { push })
    })
    item.once('done', (_event, state) => {
      running.delete(item)
      begun.delete(url)
      const outcome = state === 'completed' ? 'saved' : state === 'cancelled' ? 'cancelled' : 'failed'
      download?.finish({ outcome, bytes: item.getReceivedBytes() })
    })
  })

  return {
    expects: (url) => begun.has(url),
    begin(page, url, fileName, token) {
      return new Promise((finish) => {
        // One at a time for each address; the second would be indistinguishable from the first.
        if (begun.has(url)) return finish({ outcome: 'failed', bytes: 0 })
        begun.set(url, { fileName, finish })
        page.downloadURL(url, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } })
      })
    },
    cancelAll() {
      for (const item of running) item.cancel()
    },
  }
}
