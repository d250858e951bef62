/** Runs the command-line client against a test's lab: in this process, with streams that can be read and a Ctrl+C of its own. */

import { Writable } from 'node:stream'
import { runCli } from '../../cli/run.ts'
import type { TestLab } from './lab.ts'

export type CliEnd = { code: number; out: string; err: string }

export type RunningCli = {
  /** The first line of standard output that fits, from the beginning on. */
  line(fits: (line: string) => boolean): Promise<string>
  /** The same on standard error. */
  complaint(fits: (line: string) => boolean): Promise<string>
  /** As the person does who has seen enough. */
  ctrlC(): void
  ended: Promise<CliEnd>
}

/** Where a lab is, as the client's environment says it. */
export function addressOf(lab: Pick<TestLab, 'device' | 'workflow'>): Record<string, string> {
  return { LAB_DEVICE_URL: lab.device.url, LAB_WORKFLOW_URL: lab.workflow.url }
}

export function startCli(environment: Record<string, string>, ...args: string[]): RunningCli {
  const [out, err, stopped] = [createSink(), createSink(), new AbortController()]
  const terminal = { environment, out: out.stream, err: err.stream, stopped: stopped.signal, version: '0.0.0-test' }
  const ended = runCli(args, terminal).then((code) => ({ code, out: out.text(), err: err.text() }))
  const orEnd = (line: Promise<string>) =>
    Promise.race([line, ended.then((end) => Promise.reject(new Error(`it ended (${end.code}) without such a line: ${end.out}${end.err}`)))])
  return {
    line: (fits) => orEnd(out.line(fits)),
    complaint: (fits) => orEnd(err.line(fits)),
    ctrlC: () => stopped.abort(),
    ended,
  }
}

export function runCliOn(environment: Record<string, string>, ...args: string[]): Promise<CliEnd> {
  return startCli(environment, ...args).ended
}

function createSink() {
  let text = ''
  const waiting = new Set<() => void>()
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      for (const look of waiting) look()
      done()
    },
  })
  const line = (fits: (line: string) => boolean) =>
    new Promise<string>((resolve) => {
      function look(): void {
        const found = text.split('\n').slice(0, -1).find(fits)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
    })
  return { stream, text: () => text, line }
}
