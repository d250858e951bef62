/** What the window says when there is no lab to show, and which ways out it offers. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Trouble } from '../../../shared/contract/shell.ts'
import type { LabState } from './lab-host.ts'

const linesShown = 40
/** Enough for that many lines of a log. */
const bytesRead = 64_000

/** @returns undefined while the lab starts by itself or runs */
export function troubleOf(state: LabState, logFile: string, shellLogFile: string): Trouble | undefined {
  const common = { log: lastLines(logFile), logFile, port: null }
  if (state.kind === 'died') {
    return { ...common, title: 'The lab has stopped', reason: state.reason, solutions: ['restart_lab', 'restart_program'] }
  }
  if (state.kind === 'waiting') {
    const meanwhile =
      'It is tried again every second, and this window goes on by itself. With the usual settings the lab on this computer is opened.'
    return { ...common, title: 'Waiting for the database server', reason: `${state.reason} ${meanwhile}`, solutions: ['drop_flags'] }
  }
  if (state.kind !== 'failed') return undefined

  const { failure } = state
  const title = failure.cause === 'option' ? 'A flag or variable is wrong' : 'The lab could not start'
  const told = { ...common, title, reason: failure.message }
  // The words are commander's, for a terminal.
  if (failure.cause === 'option')
    return { ...told, reason: capitalized(failure.message), log: [], logFile: shellLogFile, solutions: ['drop_flags'] }
  if (failure.cause === 'port' && failure.port && failure.port.name !== 'psql') {
    return { ...told, solutions: ['choose_port', 'try_again'], port: { name: failure.port.name, number: failure.port.number } }
  }
  if (failure.cause === 'server') return { ...told, solutions: ['try_again', 'drop_flags'] }
  if (failure.cause === 'folder') {
    // The thread that held it broke without a word; its process, which is this one, has to end for the lock to go.
    if (failure.holder?.pid === process.pid) return { ...told, solutions: ['restart_program'] }
    return { ...told, solutions: ['choose_folder', 'try_again'] }
  }
  return { ...told, solutions: ['try_again', 'choose_folder'] }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function lastLines(path: string): string[] {
  try {
    const file = openSync(path, 'r')
    try {
      const { size } = fstatSync(file)
      const buffer = Buffer.alloc(Math.min(size, bytesRead))
      readSync(file, buffer, 0, buffer.length, size - buffer.length)
      return buffer.toString('utf8').trimEnd().split('\n').slice(-linesShown)
    } finally {
      closeSync(file)
    }
  } catch {
    return []
  }
}
