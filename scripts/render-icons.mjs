/**
 * `npm run icons`: draws resources/icons/*.svg as the pictures that systems want. Run by Electron, which has a browser inside; the pictures are
 * kept in git, so that nobody needs this to build.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'

const folder = join(import.meta.dirname, '..', 'resources', 'icons')
/** What electron-builder makes an .ico and an .icns of, and twice what trays show. */
const sizeOf = (/** @type {string} */ name) => (name.startsWith('tray') ? 32 : 1024)

app.whenReady().then(async () => {
  const window = new BrowserWindow({ show: false })
  await window.loadURL('data:text/html,')
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.svg'))) {
    const size = sizeOf(name)
    const source = `data:image/svg+xml;base64,${readFileSync(join(folder, name)).toString('base64')}`
    const png = await window.webContents.executeJavaScript(`(async () => {
      const picture = new Image(${size}, ${size})
      picture.src = ${JSON.stringify(source)}
      await picture.decode()
      const canvas = Object.assign(document.createElement('canvas'), { width: ${size}, height: ${size} })
      canvas.getContext('2d').drawImage(picture, 0, 0, ${size}, ${size})
      return canvas.toDataURL('image/png').split(',')[1]
    })()`)
    writeFileSync(join(folder, name.replace(/\.svg$/, '.png')), Buffer.from(png, 'base64'))
  }
  app.quit()
})
