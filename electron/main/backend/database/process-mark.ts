/** Tells one process from all others on this computer, also from a later one that got the same pid. */

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export type ProcessMark = {
  pid: number
  /** When the process started, in words that only this file reads; two processes with one pid differ in it. */
  start: string
}

/** Windows tells a start time only to those who ask PowerShell, so its own is taken from the clock, which may have been set since. Milliseconds. */
const windowsTolerance = 60_000

export function markOfThisProcess(): ProcessMark {
  return { pid: process.pid, start: startOf(process.pid, true) ?? 'unknown' }
}

/** Whether that process still runs. When the system does not tell the start time, a process with the same pid counts as the same. */
export function isRunning({ pid, start }: ProcessMark): boolean {
  if (!hasProcess(pid)) return false
  const found = startOf(pid, false)
  return found === undefined || start === 'unknown' || isSameStart(start, found)
}

/** `undefined` when the system does not tell; `gone` for one that ended and only waits to be buried (a zombie). */
function startOf(pid: number, own: boolean): string | undefined {
  try {
    if (process.platform === 'linux') return linuxStart(read(`/proc/${pid}/stat`), read('/proc/sys/kernel/random/boot_id'))
    if (process.platform === 'win32') return windowsStart(pid, own)
    return unixStart(run('ps', '-o', 'stat=,lstart=', '-p', String(pid)))
  } catch {
    return undefined
  }
}

/** Clock ticks since the computer started, and which start that was: field 22 of proc_pid_stat(5). The name in field 2 may hold anything. */
export function linuxStart(stat: string, bootId: string): string {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, start] = [fields[0], fields[19]]
  return state === 'Z' || state === 'X' ? 'gone' : `${bootId.trim()} ${start}`
}

/** From `ps -o stat=,lstart=`: `Ss   Mon Jan 13 09:30:00 2025`. */
export function unixStart(line: string): string {
  const [state = '', ...start] = line.trim().split(/\s+/)
  return state.startsWith('Z') ? 'gone' : start.join(' ')
}

function windowsStart(pid: number, own: boolean): string {
  if (own) return String(Math.round(Date.now() - process.uptime() * 1000))
  const command = `([DateTimeOffset](Get-Process -Id ${pid}).StartTime).ToUnixTimeMilliseconds()`
  return run('powershell.exe', '-NoProfile', '-NonInteractive', '-Command', command).trim()
}

function isSameStart(recorded: string, found: string): boolean {
  if (process.platform !== 'win32') return recorded === found
  return Math.abs(Number(recorded) - Number(found)) <= windowsTolerance
}

function hasProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it runs, and belongs to somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}

function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  })
}
