/** What a test of the services puts on the bench: devices and workflows of its own, refusals by their code, operations that hang. */

import { expect } from 'vitest'
import type { Answer } from './client.ts'
import { nextEvent } from './events.ts'
import type { TestLab } from './lab.ts'

let made = 0

type DeviceFields = { type?: string; name?: string; capabilities?: string[]; driver?: string; driver_config?: Record<string, unknown> }

/** A device that no other test knows. */
export async function newDevice(lab: TestLab, fields: DeviceFields = {}): Promise<string> {
  made += 1
  const id = `bench-${made}`
  const answer = await lab.device.post('/devices', { id, name: id, type: 'other', ...fields })
  expect(answer).toMatchObject({ status: 201 })
  return id
}

export async function newWorkflow(lab: TestLab, deviceId: string, fields: Record<string, unknown> = {}): Promise<string> {
  const answer = await lab.workflow.post('/workflows', { name: 'Bench', device_id: deviceId, steps: ['shake'], ...fields })
  expect(answer).toMatchObject({ status: 201 })
  return answer.body.id
}

/** Of a workflow of this lab. */
export async function statusOf(lab: TestLab, workflowId: string): Promise<string> {
  return (await lab.workflow.get(`/workflows/${workflowId}`)).body.status
}

export async function book(lab: TestLab, deviceId: string, workflowId: string): Promise<number> {
  const answer = await lab.device.post(`/devices/${deviceId}/book`, { workflow_id: workflowId })
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.booking_id
}

/** Puts a workflow in line and gives its entry. */
export async function queueUp(
  lab: TestLab,
  deviceId: string,
  workflowId: string,
  fields: Record<string, unknown> = {},
): Promise<Answer['body']> {
  const answer = await lab.device.post(`/devices/${deviceId}/queue`, { workflow_id: workflowId, ...fields })
  expect(answer).toMatchObject({ status: 201 })
  return answer.body
}

/** Who waits for a device, in order. */
export async function waitingIds(lab: TestLab, deviceId: string): Promise<string[]> {
  const { body } = await lab.device.get(`/devices/${deviceId}/queue`)
  return body.map((entry: { workflow_id: string }) => entry.workflow_id)
}

/** Starts an operation that ends only when it is aborted; `answer` is what whoever waits for it is told in the end. */
export async function hang(lab: TestLab, deviceId: string, workflowId: string, operation = 'shake') {
  const started = nextEvent(lab, (event) => event.kind === 'operation.started' && event.deviceId === deviceId)
  const answer = lab.device.post(`/devices/${deviceId}/execute`, { workflow_id: workflowId, operation, parameters: { simulate: 'hang' } })
  const { data } = await started
  return { answer, logId: Number(data.log_id) }
}

/** A refusal in the contract's form: status, code, one sentence, and nothing else but details. */
export function expectRefusal(answer: Answer, status: number, code: string, sentence: string | RegExp = /\S/): void {
  expect(answer).toMatchObject({ status, body: { code } })
  expect(answer.body.error).toMatch(typeof sentence === 'string' ? new RegExp(`^${sentence}$`) : sentence)
  expect(['error', 'code', 'details']).toEqual(expect.arrayContaining(Object.keys(answer.body)))
}

/** As every time on the wire. */
export const instant = expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
