/** With real processes, because the promises are about them: held while the owner lives, free at once when it is dead. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { useProgram } from '../../../../tests/support/program.ts'
import { DataFolderLocked, DataFolderUnusable } from './errors.ts'
import { lockFolder } from './folder-lock.ts'
import { isRunning, linuxStart, markOfThisProcess, unixStart } from './process-mark.ts'

const hold = useProgram('tests/support/programs/hold-folder.ts')
let around: string
let folder: string
let lockFile: string

beforeEach(() => {
  around = mkdtempSync(join(tmpdir(), 'benchkeeper-lock-'))
  folder = join(around, 'data')
  lockFile = `${folder}.lock`
})
afterEach(() => rmSync(around, { recursive: true, force: true }))

describe('a held folder', () => {
  test('is refused to a second program, and the sentence names the process', async () => {
    const owner = hold(folder)
    expect(await owner.message()).toEqual({ held: true })

    const second = await hold(folder).message()
    expect(second).toMatchObject({ held: false, name: 'DataFolderLocked', pid: owner.process.pid })
    expect(second).toMatchObject({ message: `The data folder ${folder} is in use by another Benchkeeper (process ${owner.process.pid}).` })
  })

  test('is refused to the same program', () => {
    const lock = lockFolder(folder)
    expect(() => lockFolder(folder)).toThrow(`This program has the data folder ${folder} open already.`)
    lock.release()
    lockFolder(folder).release()
  })

  test('is refused under every other name that it has', () => {
    const lock = lockFolder(folder)
    symlinkSync(folder, join(around, 'link'))
    symlinkSync(around, join(around, 'link-around'))
    const names = ['link', 'data/', './data', 'data/../data', 'link-around/data', 'link-around/link/../data'].map(
      (name) => `${around}/${name}`,
    )
    for (const name of names) expect(() => lockFolder(name), name).toThrow(DataFolderLocked)
    lock.release()
  })

  test('is refused while its owner is busy and looks at nothing', async () => {
    const owner = hold(folder, 'then-block')
    // Not only after the last test: it takes a whole core.
    onTestFinished(() => owner.kill())
    await owner.message()
    expect(await hold(folder).message()).toMatchObject({ held: false, pid: owner.process.pid })
    expect(() => lockFolder(folder)).toThrow(DataFolderLocked)
  })

  test('is free at once when its owner was killed', async () => {
    const owner = hold(folder)
    await owner.message()
    await owner.kill()
    expect(existsSync(lockFile)).toBe(true)
    expect(await hold(folder).message()).toEqual({ held: true })
  })

  test('is free again, without a trace, when it was released', () => {
    lockFolder(folder).release()
    expect(readdirSync(around)).toEqual(['data'])
  })
})

describe('a lock file that was left behind', () => {
  test('is taken over when its pid now belongs to another program', async () => {
    const other = hold(join(around, 'another folder'))
    await other.message()
    leaveLock({ pid: other.process.pid, processStart: 'an earlier one' })
    const lock = lockFolder(folder)
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: process.pid })
    lock.release()
  })

  test('is taken over by exactly one of twenty that find it at once', async () => {
    const dead = hold(folder)
    await dead.message()
    await dead.kill()

    const racers = Array.from({ length: 20 }, () => hold(folder, 'when-told'))
    await Promise.all(racers.map((racer) => racer.message()))
    for (const racer of racers) racer.process.send('go')
    const answers = await Promise.all(racers.map((racer) => racer.message()))

    expect(answers.filter((answer) => isHeld(answer))).toHaveLength(1)
    expect(answers.filter((answer) => !isHeld(answer))).toEqual(Array(19).fill(expect.objectContaining({ name: 'DataFolderLocked' })))
    const winner = racers[answers.findIndex((answer) => isHeld(answer))]
    expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: winner?.process.pid })
    expect(readdirSync(around).sort()).toEqual(['data', 'data.lock'])
  })

  test('is taken over although the one that took it over before died half-way', () => {
    const nonce = leaveLock({ pid: neverAPid })
    leaveLock({ pid: neverAPid }, `${lockFile}.${nonce}.claim`)
    lockFolder(folder).release()
    expect(readdirSync(around)).toEqual(['data'])
  })

  test('is not taken over while another program is at it', async () => {
    const claimer = hold(join(around, 'another folder'))
    await claimer.message()
    const mark = JSON.parse(readFileSync(join(around, 'another folder.lock'), 'utf8'))
    const nonce = leaveLock({ pid: neverAPid })
    leaveLock(mark, `${lockFile}.${nonce}.claim`)
    expect(() => lockFolder(folder)).toThrow(DataFolderLocked)
  })

  test('counts as held when another computer wrote it, and the sentence says what to do', () => {
    leaveLock({ pid: neverAPid, host: 'bench-7' })
    const sentence = `is in use by a Benchkeeper on the computer bench-7 (process ${neverAPid}). If that program is gone, delete the file ${lockFile} and`
    expect(() => lockFolder(folder)).toThrow(sentence)
  })

  test('counts as held when it cannot be read', () => {
    for (const text of ['', '{"pid":', '{}', JSON.stringify({ pid: 1, processStart: '', host: '', nonce: '../../etc', since: '' })]) {
      writeFileSync(lockFile, text)
      expect(() => lockFolder(folder), text).toThrow(DataFolderLocked)
    }
  })
})

describe('a folder that cannot be used', () => {
  test('below a file is told', () => {
    writeFileSync(join(around, 'file'), '')
    expect(() => lockFolder(join(around, 'file'))).toThrow(DataFolderUnusable)
    expect(() => lockFolder(join(around, 'file', 'data'))).toThrow('is not a folder')
  })

  test('without the right to write is told', async () => {
    mkdirSync(folder, { mode: 0o555 })
    // Root may write everywhere, so as somebody else.
    const how = process.getuid?.() === 0 ? ['as-nobody'] : []
    const answer = await hold(join(folder, 'below'), ...how).message()
    expect(answer).toMatchObject({ name: 'DataFolderUnusable', message: expect.stringContaining('cannot be written') })
  })

  test('being a whole drive is told', () => {
    expect(() => lockFolder('/')).toThrow('choose a folder in it')
  })
})

describe('the mark of a process', () => {
  test('is that of one that runs, and of no other with its pid', () => {
    const mark = markOfThisProcess()
    expect(isRunning(mark)).toBe(true)
    expect(isRunning({ ...mark, start: 'another' })).toBe(false)
    expect(isRunning({ ...mark, pid: neverAPid })).toBe(false)
  })

  test('is read whatever the program calls itself', () => {
    const rest = `S 1 ${Array.from({ length: 17 }, (_, index) => index).join(' ')} 987654 0 0`
    expect(linuxStart(`42 (a) R (b)) ${rest}`, 'boot\n')).toBe('boot 987654')
    expect(linuxStart(`42 (node) ${rest.replace('S', 'Z')}`, 'boot')).toBe('gone')
    expect(unixStart('Ss   Mon Jan 13 09:30:00 2025\n')).toBe('Mon Jan 13 09:30:00 2025')
    expect(unixStart('Z    Mon Jan 13 09:30:00 2025\n')).toBe('gone')
  })
})

/** Above what any system gives out. */
const neverAPid = 2 ** 30

/** Writes a lock file as a program would have left it; says its nonce. */
function leaveLock(holder: object, path = lockFile): string {
  const whole = { processStart: 'then', host: hostname(), since: '2025-01-13T09:30:00.000Z', ...holder, nonce: crypto.randomUUID() }
  writeFileSync(path, JSON.stringify(whole))
  return whole.nonce
}

function isHeld(answer: unknown): boolean {
  return (answer as { held: boolean }).held
}
