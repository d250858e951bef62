/** The sign in the system's tray: how the bench is, and the way back to the window. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Menu, type NativeImage, nativeImage, Tray } from 'electron'
import type { BenchSummary } from '../backend/worker-messages.ts'
import { describeBench } from './bench-words.ts'
import { folders } from './folders.ts'
import type { LabState } from './lab-host.ts'

export type BenchTray = { update(state: LabState, bench: BenchSummary): void; close(): void }

export function createTray(actions: { show(): void; quit(): void }): BenchTray {
  const pictures = { quiet: picture('tray'), active: picture('tray-active'), attention: picture('tray-attention') }
  const tray = new Tray(pictures.quiet)
  tray.on('click', actions.show)

  let said = ''
  return {
    update(state, bench) {
      const sentence = describeBench(state, bench)
      if (sentence === said) return
      said = sentence
      tray.setImage(
        state.kind !== 'running' || bench.attention > 0 ? pictures.attention : bench.active > 0 ? pictures.active : pictures.quiet,
      )
      tray.setToolTip(`Benchkeeper: ${sentence}`)
      tray.setContextMenu(
        Menu.buildFromTemplate([
          { label: sentence, enabled: false },
          { type: 'separator' },
          { label: 'Open Benchkeeper', click: actions.show },
          { label: 'Quit', click: actions.quit },
        ]),
      )
    },
    close: () => tray.destroy(),
  }
}

/** The files have twice the pixels of what trays show. macOS shows a picture as large as it says it is. */
function picture(name: string): NativeImage {
  const file = join(folders.icons, `${name}.png`)
  return process.platform === 'darwin'
    ? nativeImage.createFromBuffer(readFileSync(file), { scaleFactor: 2 })
    : nativeImage.createFromPath(file)
}
