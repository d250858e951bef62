/** A simulated day as a person reads it. */

import type { Day } from './day.ts'

export function inWords(day: Day): string {
  const { options, figures, until, from } = day
  const hours = (until.getTime() - from.getTime()) / 3_600_000
  return [
    `${options.devices} devices, ${options.workflows} workflows, seed ${options.seed}, ${plural(options.days, 'day')}; one nominal second takes ${decimals(1 / day.speed)} s`,
    '',
    table(
      ['device', 'booked', 'at work', 'operations'],
      figures.devices.map(({ id, booked, running, operations }) => [id, percent(booked), percent(running), String(operations)]),
    ),
    table(
      ['wait', 'workflows', 'median', 'p90', 'longest'],
      figures.waits.map(({ priority, count, median, p90, longest }) => [priority, String(count), time(median), time(p90), time(longest)]),
    ),
    table(
      ['foretold', 'from', 'times', 'mean error', 'too late by', 'by its p90'],
      figures.estimates.map(({ kind, basedOn, count, meanAbsoluteError, bias, coverage }) => [
        kind,
        basedOn,
        String(count),
        time(meanAbsoluteError),
        time(bias),
        percent(coverage / 100),
      ]),
    ),
    `workflows   ${list(figures.workflows)}`,
    `operations  ${list(figures.operations)}`,
    `failures    ${list(figures.failures)}`,
    `outages     ${figures.outages.offline} × offline, ${figures.outages.breaker} × taken out of service by the circuit breaker; ${figures.gaveWay} × given up against a circle of waiting`,
    `recoveries  ${list(figures.recoveries)}`,
    `refusals    ${list(day.refusals)}`,
    `left        ${list(figures.left)}`,
    '',
    `The last workflow ended after ${decimals(hours)} h. ${day.commits} commits, the rules of the lab held after each of them.`,
    `${decimals(day.wallSeconds)} s, ${Math.round((hours * 3600) / day.wallSeconds)} times as fast as the day. Digest ${day.digest.slice(0, 16)}.`,
    ...(day.complaints.length > 0 ? ['', `The program logged ${plural(day.complaints.length, 'error')}:`, ...day.complaints] : []),
  ].join('\n')
}

function table(header: string[], rows: string[][]): string {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: string[]) =>
    cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')
  return [line(header), ...(rows.length > 0 ? rows.map(line) : ['none']), ''].join('\n')
}

function list(counts: Record<string, number>): string {
  const entries = Object.entries(counts)
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${count} ${name.replaceAll('_', ' ')}`).join(', ')
}

function time(seconds: number | null): string {
  if (seconds === null) return '–'
  if (seconds < 0) return `−${time(-seconds)}`
  return seconds < 90 ? `${decimals(seconds)} s` : seconds < 5400 ? `${decimals(seconds / 60)} min` : `${decimals(seconds / 3600)} h`
}

function percent(share: number): string {
  return `${decimals(share * 100)} %`
}

function decimals(value: number): string {
  return value.toFixed(1)
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
