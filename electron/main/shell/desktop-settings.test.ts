import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { asVariables, openSettings } from './desktop-settings.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchkeeper-settings-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const usual = { keepRunning: true, startAtLogin: false }
const window = { x: 1, y: 2, width: 1200, height: 800, maximized: true }

test('what was chosen is there after the next start', () => {
  const path = join(folder, 'not', 'there', 'desktop.json')
  const settings = openSettings(path)
  expect(settings.current).toEqual(usual)
  settings.change({ keepRunning: false, dataDir: '/data' })
  settings.change({ window, ports: { device: 6001 } })
  expect(openSettings(path).current).toEqual({ keepRunning: false, startAtLogin: false, dataDir: '/data', window, ports: { device: 6001 } })
  expect(readdirSync(join(folder, 'not', 'there'))).toEqual(['desktop.json'])
})

test.each(['', '{', 'null', '[]', '7', '{"keepRunning":"yes","window":{"x":1},"ports":7,"dataDir":null}'])(
  'a file that says nothing useful counts as none: %j',
  (text) => {
    const path = join(folder, 'desktop.json')
    writeFileSync(path, text)
    expect(openSettings(path).current).toEqual(usual)
  },
)

test('ports and folder become variables, and only those that were chosen', () => {
  expect(asVariables(usual)).toEqual({})
  expect(asVariables({ ...usual, dataDir: '/data', ports: { workflow: 0, device: undefined } })).toEqual({
    LAB_DATA_DIR: '/data',
    LAB_WORKFLOW_PORT: '0',
  })
})

test('a port out of range is left out', () => {
  const path = join(folder, 'desktop.json')
  writeFileSync(path, '{"ports":{"device":70000,"ui":5003.5,"workflow":6002}}')
  expect(asVariables(openSettings(path).current)).toEqual({ LAB_WORKFLOW_PORT: '6002' })
})
