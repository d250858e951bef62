/** Where the program's own files are: in the project's folder, or in a packaged program's resources. */

import { join } from 'node:path'
import { app } from 'electron'

/** The bundle is flat: whatever file this is built into lies in out/main. */
const out = join(import.meta.dirname, '..')
const resources = app.isPackaged ? process.resourcesPath : join(out, '..')

export const folders = {
  pages: join(out, 'renderer'),
  preload: join(out, 'preload', 'index.cjs'),
  worker: join(out, 'main', 'worker.js'),
  checkThread: join(out, 'main', 'check-data-thread.js'),
  icons: app.isPackaged ? join(resources, 'icons') : join(resources, 'resources', 'icons'),
  migrations: app.isPackaged ? join(resources, 'migrations') : join(resources, 'db', 'migrations'),
  template: app.isPackaged ? join(resources, 'template') : join(out, 'template'),
}

/** Below the person's own settings of this program: `~/.config/benchkeeper`, `%APPDATA%\benchkeeper`, … */
export function personalFolder(): string {
  return app.getPath('userData')
}

/** What the app around the lab has to say. */
export function shellLogFile(): string {
  return join(app.getPath('logs'), 'shell.log')
}

/** The lab's own; not there before the first lab was. */
export function logFile(): string {
  return join(app.getPath('logs'), 'lab.log')
}
