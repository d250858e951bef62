/** About Benchkeeper: the system's own panel, with the versions of what is inside. */

import { join } from 'node:path'
import { app } from 'electron'
import { folders } from './folders.ts'

export function showAbout(version: string): void {
  const { electron, chrome, node } = process.versions
  const inside = `Electron ${electron}, Chromium ${chrome}, Node ${node}, PostgreSQL 18`
  app.setAboutPanelOptions({
    applicationName: 'Benchkeeper',
    // Linux shows no credits.
    applicationVersion: process.platform === 'linux' ? `${version}\n${inside}` : version,
    copyright: 'Apache License 2.0',
    credits: inside,
    iconPath: join(folders.icons, 'icon.png'),
  })
  app.showAboutPanel()
}
