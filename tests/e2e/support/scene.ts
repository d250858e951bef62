/** What a test of the screens puts on the bench through REST, as a script would: nothing that another test knows. */

import { randomUUID } from 'node:crypto'
import { expect } from '@playwright/test'
import type { HeadlessLab } from './headless-lab.ts'

type Lab = Pick<HeadlessLab, 'device' | 'workflow'>

/** A device whose name is its id. */
export async function newDevice(lab: Lab, fields: Record<string, unknown> = {}): Promise<string> {
  const id = `bench-${randomUUID().slice(0, 8)}`
  const answer = await lab.device.post('/devices', { id, name: id, type: 'other', ...fields })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return id
}

/** @returns its id */
export async function newWorkflow(lab: Lab, deviceId: string, fields: Record<string, unknown> = {}): Promise<string> {
  const answer = await lab.workflow.post('/workflows', { name: 'Run', device_id: deviceId, steps: ['shake'], ...fields })
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return answer.body.id
}

/** Starts it, or queues it when the device is taken; it then runs by itself unless told otherwise. */
export async function start(lab: Lab, workflowId: string, fields: Record<string, unknown> = {}): Promise<void> {
  const answer = await lab.workflow.post(`/workflows/${workflowId}/start`, { on_busy: 'queue', auto: true, ...fields })
  expect([200, 202], JSON.stringify(answer.body)).toContain(answer.status)
}

/** A workflow of a script's own takes the device. */
export async function book(lab: Lab, deviceId: string, workflowId = 'script-run'): Promise<void> {
  const answer = await lab.device.post(`/devices/${deviceId}/book`, { workflow_id: workflowId })
  expect(answer.status, JSON.stringify(answer.body)).toBe(200)
}

/** Puts workflows of a script's own in line. @returns the ids of their entries */
export async function queueUp(lab: Lab, deviceId: string, ...workflowIds: string[]): Promise<number[]> {
  const ids: number[] = []
  for (const workflowId of workflowIds) {
    const answer = await lab.device.post(`/devices/${deviceId}/queue`, { workflow_id: workflowId })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    ids.push(answer.body.id)
  }
  return ids
}

/** Who waits for a device, in order. */
export async function waiting(lab: Lab, deviceId: string): Promise<string[]> {
  const { body } = await lab.device.get(`/devices/${deviceId}/queue`)
  return body.map((entry: { workflow_id: string }) => entry.workflow_id)
}
