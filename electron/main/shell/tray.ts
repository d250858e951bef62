/** The sign in the system's tray: how the bench is, and the way back to the window. */

import { join } from 'node:path'
import { Menu, nativeImage, Tray } from 'electron'
import type { BenchSummary } from '../backend/worker-messages.ts'
import { describeBench } from './bench-words.ts'
import { folders } from './folders.ts'
import type { LabState } from './lab-host.ts'

export type BenchTray = { update(state: LabState, bench: BenchSummary): void; close(): void }

export function createTray(actions: { show(): void; quit(): void }): BenchTray {
  const picture = (name: string) => nativeImage.createFromPath(join(folders.icons, `${name}.png`))
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
