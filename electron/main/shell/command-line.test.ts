import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readCommandLine, textWanted } from './command-line.ts'

const folder = resolve('/project')

test('a packaged program has its flags right behind its name', () => {
  expect(readCommandLine(['/opt/benchkeeper', '--data-dir', '/data', '--device-port=6001'], undefined)).toEqual({
    flags: ['--data-dir', '/data', '--device-port=6001'],
    hidden: false,
    headless: false,
  })
})

test('what Electron is told before the app’s folder is not the lab’s', () => {
  const argv = ['/electron', '--inspect=0', '-r', '/loader.js', '--remote-debugging-port=0', folder, '--demo']
  expect(readCommandLine(argv, folder).flags).toEqual(['--demo'])
})

test.each([
  '--no-sandbox',
  '--user-data-dir=/tmp/x',
  '--disable-gpu',
  '--enable-logging',
  '--lang=de',
  '--ozone-platform=wayland',
  '-psn_0_1',
])('a switch of Electron’s own is left out: %s', (flag) => {
  expect(readCommandLine(['/electron', folder, flag, '--demo'], folder).flags).toEqual(['--demo'])
})

test('a slip is not taken for one of Electron’s', () => {
  expect(readCommandLine(['/b', '--devce-port=1', '--no-sandboxx', '--inspector'], undefined).flags).toEqual([
    '--devce-port=1',
    '--no-sandboxx',
    '--inspector',
  ])
})

test('started at login it stays hidden', () => {
  expect(readCommandLine(['/b', '--hidden', '--demo'], undefined)).toEqual({ flags: ['--demo'], hidden: true, headless: false })
})

test('--headless is the lab’s flag too', () => {
  expect(readCommandLine(['/b', '--headless', '--demo'], undefined)).toEqual({
    flags: ['--headless', '--demo'],
    hidden: false,
    headless: true,
  })
})

test('a text is wanted by --help and --version only, whatever else is wrong', () => {
  expect(textWanted(['--version'], '1.2.3')).toBe('1.2.3')
  expect(textWanted(['--demo', '--help'], '1.2.3')).toMatch(/^Usage: benchkeeper /)
  expect(textWanted(['--demo'], '1.2.3')).toBeUndefined()
  expect(textWanted(['--devce-port=1'], '1.2.3')).toBeUndefined()
})
