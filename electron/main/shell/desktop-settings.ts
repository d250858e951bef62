/** What a person chose for the desktop app itself, kept in one small file: the lab's own settings are in its database. */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export type Ports = { device?: number | undefined; workflow?: number | undefined; ui?: number | undefined }

export type DesktopSettings = {
  /** Closing the window does not end the lab. */
  keepRunning: boolean
  startAtLogin: boolean
  /** Chosen when the usual one could not be used; flags and variables win. */
  dataDir?: string | undefined
  ports?: Ports | undefined
  /** Where the window was. */
  window?: WindowPlace | undefined
}
export type WindowPlace = { x: number; y: number; width: number; height: number; maximized: boolean }

export type SettingsStore = {
  readonly current: Readonly<DesktopSettings>
  change(changes: Partial<DesktopSettings>): void
}

const usual: DesktopSettings = { keepRunning: true, startAtLogin: false }

/** A file that cannot be read counts as none: nothing in it is worth a start that fails. */
export function openSettings(path: string): SettingsStore {
  let current = { ...usual, ...read(path) }
  return {
    get current() {
      return current
    },
    change(changes) {
      current = { ...current, ...changes }
      mkdirSync(dirname(path), { recursive: true })
      // Written aside and renamed: a power cut leaves the old settings or the new ones.
      writeFileSync(`${path}.part`, `${JSON.stringify(current, undefined, 2)}\n`)
      renameSync(`${path}.part`, path)
    },
  }
}

/** As variables, below the flags and the environment that the program was started with. */
export function asVariables({ dataDir, ports }: DesktopSettings): Record<string, string> {
  const set: Record<string, string | number | undefined> = {
    LAB_DATA_DIR: dataDir,
    LAB_DEVICE_PORT: ports?.device,
    LAB_WORKFLOW_PORT: ports?.workflow,
    LAB_UI_PORT: ports?.ui,
  }
  return Object.fromEntries(Object.entries(set).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])))
}

/** Each field is looked at by hand: a schema library would cost a tenth of the start. */
function read(path: string): Partial<DesktopSettings> {
  try {
    const found: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (!isRecord(found)) return {}
    return {
      ...(typeof found.keepRunning === 'boolean' ? { keepRunning: found.keepRunning } : {}),
      ...(typeof found.startAtLogin === 'boolean' ? { startAtLogin: found.startAtLogin } : {}),
      ...(typeof found.dataDir === 'string' ? { dataDir: found.dataDir } : {}),
      ...(isRecord(found.ports)
        ? { ports: { device: port(found.ports.device), workflow: port(found.ports.workflow), ui: port(found.ports.ui) } }
        : {}),
      ...(isPlace(found.window) ? { window: found.window } : {}),
    }
  } catch {
    return {}
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isPlace(value: unknown): value is WindowPlace {
  if (!isRecord(value)) return false
  return [value.x, value.y, value.width, value.height].every(Number.isInteger) && typeof value.maximized === 'boolean'
}

function port(value: unknown): number | undefined {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535 ? Number(value) : undefined
}
