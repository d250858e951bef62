/** What happened, as a sentence for a person. */

import type { LabEventWire } from '../../../shared/contract/events.ts'
import { operationWords, priorityWords } from './words.ts'

type Told = Pick<LabEventWire, 'kind' | 'data' | 'deviceId'>
type Data = LabEventWire['data']

export function eventWords({ kind, data, deviceId }: Told): string {
  return sentences[kind](data, deviceId ?? 'the device')
}

/** Why, where somebody said so. */
export function eventReason({ data }: Told): string | null {
  return typeof data.reason === 'string' && data.reason !== '' ? data.reason : null
}

const sentences: Readonly<Record<LabEventWire['kind'], (data: Data, device: string) => string>> = {
  'device.created': (_, device) => `${device} was added`,
  'device.changed': (data, device) => `${device} was changed${changes(data)}`,
  'device.deleted': (_, device) => `${device} was deleted`,
  'device.booked': (_, device) => `${device} was booked`,
  'device.released': (data, device) => `${device} was released${data.forced ? ' by force' : ''}`,
  'queue.entry_added': (data, device) => `Joined the queue of ${device}${priority(data)}`,
  'queue.entry_moved': (data, device) => `Moved in the queue of ${device}${priority(data)}`,
  'queue.entry_cancelled': (_, device) => `Left the queue of ${device}`,
  'queue.entry_booked': (_, device) => `Its turn came on ${device}`,
  'workflow.created': (data) => `Created with ${count(data.steps, 'step')} and ${count(data.samples, 'sample')}`,
  'workflow.queued': () => 'Queued',
  'workflow.started': () => 'Started',
  'workflow.pause_requested': (data) => `A pause was asked for${data.releases_device ? ', with its device released' : ''}`,
  'workflow.pause_withdrawn': () => 'The pause was called off',
  'workflow.paused': (data) => `Paused${data.device_released ? '; its device was released' : ''}`,
  'workflow.resumed': () => 'Resumed',
  'workflow.completed': () => 'Completed',
  'workflow.failed': () => 'Given up',
  'workflow.cancelled': () => 'Cancelled',
  'workflow.interrupted': () => 'Interrupted',
  'workflow.recovered': (data) => recovered(data),
  'workflow.deleted': () => 'Deleted',
  'step.started': (data) => `${step(data)} started${Number(data.attempt) > 1 ? ` (attempt ${data.attempt})` : ''}`,
  'step.completed': (data) => `${step(data)} is completed`,
  'step.failed': (data) => `${step(data)} failed${error(data)}`,
  'step.skipped': (data) => `${step(data)} was skipped`,
  'step.aborted': (data) => `${step(data)} was aborted${error(data)}`,
  'step.interrupted': (data) => `${step(data)} was interrupted${error(data)}`,
  'operation.started': (data, device) => `${operation(data)} began on ${device}`,
  'operation.completed': (data, device) => `${operation(data)} ended on ${device}`,
  'operation.failed': (data, device) => `${operation(data)} failed on ${device}${error(data)}`,
  'operation.aborted': (data, device) => `${operation(data)} was aborted on ${device}`,
  'sample.created': (data) => `Sample ${data.barcode} was added`,
  'sample.moved': (data) => `Sample ${data.barcode} was moved${data.well ? ` to ${data.well} of ${data.plate}` : ' out of its well'}`,
  'sample.imported': (data) => `${count(data.created, 'sample')} added and ${count(data.updated, 'sample')} changed from a file`,
  'lab.restart_failed': () => 'The lab could not start again as it was asked to, and is as it was before',
  'settings.changed': (data) => `Settings were changed${changes(data)}`,
}

function step(data: Data): string {
  return `Step ${Number(data.step_index) + 1}, ${operation(data)},`
}

function operation(data: Data): string {
  return `"${operationWords(String(data.operation ?? ''))}"`
}

function error(data: Data): string {
  return typeof data.error === 'string' && data.error !== '' ? `: ${data.error}` : ''
}

function priority({ priority }: Data): string {
  return priority === 'urgent' || priority === 'normal' || priority === 'low' ? `, priority ${priorityWords[priority].toLowerCase()}` : ''
}

function count(value: unknown, thing: string): string {
  return `${Number(value ?? 0)} ${thing}${value === 1 ? '' : 's'}`
}

function changes(data: Data): string {
  const changed = Object.entries(data).filter(([name, value]) => name !== 'reason' && typeof value === 'string')
  return changed.length > 0 ? `: ${changed.map(([name, value]) => `${name} ${value}`).join(', ')}` : ''
}

function recovered({ action, step_index }: Data): string {
  const which = typeof step_index === 'number' ? `step ${step_index + 1}` : 'the step'
  if (action === 'retry') return `Recovered: ${which} is tried again`
  if (action === 'skip') return `Recovered: ${which} is left out`
  if (action === 'mark_done') return `Recovered: ${which} counts as done`
  return 'Recovered'
}
