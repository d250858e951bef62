/** The one line between pages and the main process: one channel each way, and only the top frame of a page of ours is heard. */

import { ipcMain, type WebContents } from 'electron'
import { isOwnFrame } from './security.ts'
import { note } from './shell-log.ts'

const channel = 'benchkeeper'

export function hearPages(heard: (message: unknown, from: WebContents) => void): void {
  ipcMain.on(channel, (event, message: unknown) => {
    // Not told to the sender: whoever may not speak learns nothing.
    if (!isOwnFrame(event.senderFrame)) return note(`refused a message from ${event.senderFrame?.url ?? 'a frame that is gone'}`)
    heard(message, event.sender)
  })
}

export function sendToPage(contents: WebContents, message: unknown): void {
  if (!contents.isDestroyed()) contents.send(channel, message)
}
