/** What a test puts before the screen: devices, scripts' workflows in line, workflows of the lab; asked for as another page would. */

import { appendEvent } from '../../electron/main/backend/services/lab.ts'
import type { Client } from '../../renderer/src/api/client.ts'
import type { Input, Output } from '../../shared/contract/contract.ts'
import type { TestLab } from '../support/lab.ts'

let made = 0

/** A device that no other test knows; its name is its id. */
export async function newDevice(page: Client, fields: Partial<Input<'devices.create'>> = {}): Promise<string> {
  made += 1
  const id = `device-${made}`
  await page.call('devices.create', { id, name: id, type: 'other', ...fields })
  return id
}

/** A device that the first of these has, and for which the others wait in this order. */
export async function queueOf(page: Client, ...workflowIds: string[]): Promise<string> {
  const deviceId = await newDevice(page)
  for (const workflowId of workflowIds) await page.call('queue.add', { deviceId, workflowId })
  return deviceId
}

export async function queuedIds(page: Client, deviceId: string): Promise<string[]> {
  return (await page.call('bench.get', { deviceId })).queue.map(({ workflowId }) => workflowId)
}

export async function entryOf(page: Client, deviceId: string, workflowId: string): Promise<number> {
  const entry = (await page.call('bench.get', { deviceId })).queue.find((each) => each.workflowId === workflowId)
  if (!entry) throw new Error(`${workflowId} does not wait for ${deviceId}`)
  return entry.id
}

/** The workflow as soon as it stands so; asks again whenever something happens to it. */
export async function whenWorkflow(page: Client, workflowId: string, status: Output<'workflows.get'>['status']) {
  let happened = false
  let wake: (() => void) | undefined
  const off = page.onPush((push) => {
    if (push.topic !== 'event' || push.event.workflowId !== workflowId) return
    happened = true
    wake?.()
  })
  try {
    for (;;) {
      happened = false
      const workflow = await page.call('workflows.get', { workflowId })
      if (workflow.status === status) return workflow
      if (!happened) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  } finally {
    off()
  }
}

/** What a lab writes down that opens again after a restart that failed. */
export async function restartFailed({ lab }: TestLab, reason: string): Promise<void> {
  await lab.transaction({ actor: 'program', operator: null }, async (tx) =>
    appendEvent(tx, { kind: 'lab.restart_failed', data: { reason } }),
  )
}

/** A file as a person chooses it. */
export function csvFile(name: string, ...lines: string[]): File {
  return new File([`${lines.join('\n')}\n`], name, { type: 'text/csv' })
}

/** A file as the contract takes it. */
export function base64Of(lines: readonly string[]): string {
  return btoa(`${lines.join('\n')}\n`)
}
