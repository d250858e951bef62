/** What a benchmark measured: collected as rows, printed as a table and as JSON. */

import { writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'

export type Figure = {
  name: string
  /** How often a second, or what else the unit says. */
  value: number
  unit: string
  p50?: number
  p99?: number
  /** The same work without the program around it, in the same run, in the same unit. */
  baseline?: number
  /** What it has to reach. */
  target?: string
}

export type Timing = { perSecond: number; p50: number; p99: number }

const figures: Figure[] = []

export function record(figure: Figure): void {
  figures.push(figure)
}

/** Milliseconds of each run, into runs a second and percentiles. */
export function timingOf(milliseconds: readonly number[], elapsed = milliseconds.reduce((sum, value) => sum + value, 0)): Timing {
  const sorted = [...milliseconds].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { perSecond: (milliseconds.length / elapsed) * 1000, p50: at(0.5), p99: at(0.99) }
}

/** One after another, in this process. */
export async function timed(runs: number, work: (run: number) => Promise<unknown>): Promise<Timing> {
  const milliseconds: number[] = []
  for (let run = 0; run < runs; run += 1) {
    const began = performance.now()
    await work(run)
    milliseconds.push(performance.now() - began)
  }
  return timingOf(milliseconds)
}

/** Prints the table; with LAB_BENCH_JSON=FILE writes the JSON there, else prints it too. */
export function report(): void {
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.p50 === undefined ? '' : `${round(figure.p50)} ms`,
    figure.p99 === undefined ? '' : `${round(figure.p99)} ms`,
    figure.baseline === undefined ? '' : `${round(figure.baseline)} ${figure.unit}`,
    figure.baseline === undefined ? '' : `${round(figure.value / figure.baseline)}`,
    figure.target ?? '',
  ])
  const header = ['what', 'measured', 'p50', 'p99', 'without the program', 'ratio', 'to reach']
  process.stdout.write(`\n${machine}\n\n${[header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`)
  const json = JSON.stringify({ machine, figures }, undefined, 2)
  if (process.env.LAB_BENCH_JSON) writeFileSync(process.env.LAB_BENCH_JSON, json)
  else process.stdout.write(`\n${json}\n`)
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}
