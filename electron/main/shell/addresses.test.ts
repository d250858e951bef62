import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fileOf, isOwn, mayOpen } from './addresses.ts'

const folder = join('/', 'program', 'out', 'renderer')

describe('fileOf', () => {
  test('names a file of the folder', () => {
    expect(fileOf('app://benchkeeper/index.html#/queues', folder)).toBe(join(folder, 'index.html'))
    expect(fileOf('app://benchkeeper/assets/index-1.js?v=2', folder)).toBe(join(folder, 'assets', 'index-1.js'))
  })

  test.each([
    // The URL parser itself folds these away.
    ['app://benchkeeper/../../../etc/passwd.html', join(folder, 'etc', 'passwd.html')],
    ['app://benchkeeper/%2e%2e/%2e%2e/package.json', join(folder, 'package.json')],
    ['app://benchkeeper/..%2f..%2fmain%2findex.js', undefined],
    ['app://benchkeeper/assets/..%2f..%2f..%2fpackage.json', undefined],
    ['app://benchkeeper/..%2frenderer-of-another/index.html', undefined],
    ['app://benchkeeper/index.html%00.png', undefined],
    ['app://benchkeeper/%E0%A4%A', undefined],
    ['app://benchkeeper/', undefined],
    ['app://elsewhere/index.html', undefined],
    ['file:///program/out/renderer/index.html', undefined],
    ['no address', undefined],
  ])('never leads out of it: %s', (url, expected) => {
    expect(fileOf(url, folder)).toBe(expected)
  })
})

test.each([
  ['app://benchkeeper', true],
  ['app://benchkeeper/index.html', true],
  ['app://benchkeeper.example/index.html', false],
  ['app://benchkeeper@example/index.html', false],
  ['https://benchkeeper/', false],
  ['data:text/html,app://benchkeeper/', false],
])('isOwn(%s) is %s', (url, expected) => {
  expect(isOwn(url)).toBe(expected)
})

describe('mayOpen', () => {
  const services = ['http://127.0.0.1:5001', 'http://127.0.0.1:5002']

  test.each(['https://www.postgresql.org/docs/18/', 'http://127.0.0.1:5001/docs', 'http://127.0.0.1:5002/docs?x=1#y'])(
    'lets %s out',
    (url) => {
      expect(mayOpen(url, services)).toBe(true)
    },
  )

  test.each([
    'https://www.postgresql.org.example/',
    'https://www.postgresql.org:8443/',
    'https://person@www.postgresql.org/',
    'http://www.postgresql.org/',
    'https://example.com/',
    'http://127.0.0.1:5001/devices',
    'http://127.0.0.1:5003/docs',
    'http://localhost:5001/docs',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://server/share',
    'ms-settings:',
    '//www.postgresql.org/',
    '',
  ])('keeps %j in', (url) => {
    expect(mayOpen(url, services)).toBe(false)
  })

  test('knows no service while there is no lab', () => {
    expect(mayOpen('http://127.0.0.1:5001/docs', [])).toBe(false)
  })
})
