/** The one window: the built renderer, sandboxed, and nowhere else to go. */

import { join } from 'node:path'
import { BrowserWindow, shell } from 'electron'

// The bundle is flat: whatever file this is built into lies in out/main.
const out = join(import.meta.dirname, '..')

export async function openMainWindow(): Promise<void> {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    webPreferences: { preload: join(out, 'preload/index.cjs'), sandbox: true, contextIsolation: true, nodeIntegration: false },
  })
  window.webContents.on('will-navigate', (event) => event.preventDefault())
  window.webContents.setWindowOpenHandler(({ url }) => {
    // The pages of this lab's own services are for the person's browser, with their bookmarks and developer tools.
    if (url.startsWith('http://127.0.0.1:')) void shell.openExternal(url)
    return { action: 'deny' }
  })
  await window.loadFile(join(out, 'renderer/index.html'))
}
