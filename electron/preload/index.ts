/** All that the page gets from Electron: one line to the main process. Sandboxed, so it is built into a single CommonJS file. */

import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron'
import { version } from '../../package.json'

const channel = 'benchkeeper'

contextBridge.exposeInMainWorld('benchkeeper', {
  version,
  send: (message: unknown) => ipcRenderer.send(channel, message),
  /** Returns what ends it. */
  onMessage(listener: (message: unknown) => void) {
    const heard = (_event: IpcRendererEvent, message: unknown) => listener(message)
    ipcRenderer.on(channel, heard)
    return () => {
      ipcRenderer.off(channel, heard)
    }
  },
})
