/** How a device stands, in one word, and whether a person is needed there. */

import type { BenchDeviceWire } from '../../../shared/contract/bench.ts'
import { connectionLooks, freeLook, heldLook, type Look, modeLooks, workflowLooks } from './state.tsx'
import { operationWords } from './words.ts'

/** `needs`: the sentence that says why a person is needed; null when nobody is. */
export type Condition = { look: Look; needs: string | null }

export function conditionOf({ device, holder }: BenchDeviceWire): Condition {
  if (holder?.status === 'awaiting_recovery') {
    return { look: { ...workflowLooks.awaiting_recovery, word: 'Failed' }, needs: whatFailed(holder) }
  }
  if (holder?.status === 'interrupted') {
    const step = holder.step ? `${stepName(holder.step)} was cut off.` : 'It was cut off.'
    return { look: workflowLooks.interrupted, needs: `${step} Look at the device, then say how to go on.` }
  }
  if (device.connection === 'offline') {
    const why = device.connectionReason ?? 'The device does not answer'
    return { look: connectionLooks.offline, needs: holder ? `${sentence(why)} A workflow holds it.` : null }
  }
  if (device.mode === 'maintenance') return { look: modeLooks.maintenance, needs: device.failuresInRow > 0 ? device.modeReason : null }
  if (!holder) return { look: freeLook, needs: null }
  if (holder.step?.status === 'running' || holder.elsewhere?.waits === false) return { look: workflowLooks.running, needs: null }
  if (holder.status === null || (holder.status === 'running' && !holder.auto)) return { look: heldLook, needs: null }
  return { look: workflowLooks[holder.status], needs: null }
}

/** Those that need a person first, each part in the order it came. */
export function inOrderOfNeed(bench: readonly BenchDeviceWire[]): { needing: BenchDeviceWire[]; others: BenchDeviceWire[] } {
  const needs = (item: BenchDeviceWire) => conditionOf(item).needs !== null
  return { needing: bench.filter(needs), others: bench.filter((item) => !needs(item)) }
}

function whatFailed({ step, error }: NonNullable<BenchDeviceWire['holder']>): string {
  const what = step ? `${stepName(step)} ${step.status === 'failed' ? 'failed' : `was ${step.status}`}` : 'A step failed'
  return error ? sentence(`${what}: ${error}`) : sentence(what)
}

function stepName({ stepIndex, operation }: { stepIndex: number | null; operation: string }): string {
  return stepIndex === null ? operationWords(operation) : `Step ${stepIndex + 1}, ${operationWords(operation)},`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
