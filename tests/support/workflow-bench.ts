/** What a test does with workflows: commands on them, steps that hang, who holds a device. */

import { expect } from 'vitest'
import { book, newDevice, newWorkflow } from './bench.ts'
import type { Answer } from './client.ts'
import { nextEvent } from './events.ts'
import type { TestLab } from './lab.ts'

type Command = 'start' | 'execute-step' | 'complete' | 'cancel' | 'pause' | 'resume' | 'recover'

export function command(lab: TestLab, id: string, name: Command, body?: unknown, headers?: Record<string, string>): Promise<Answer> {
  return lab.workflow.post(`/workflows/${id}/${name}`, body, headers)
}

/** A workflow that runs on the device, with these steps. */
export async function started(lab: TestLab, deviceId: string, steps: unknown[] = ['shake'], options: object = {}): Promise<string> {
  const id = await newWorkflow(lab, deviceId, { steps })
  expect(await command(lab, id, 'start', options)).toMatchObject({ status: 200 })
  return id
}

/** A new device that a script's workflow, `holder`, has booked. */
export async function hold(lab: TestLab): Promise<string> {
  const device = await newDevice(lab)
  await book(lab, device, 'holder')
  return device
}

/** Whose the device is; null when it is nobody's. */
export async function holderOf(lab: TestLab, deviceId: string): Promise<string | null> {
  return (await lab.device.get(`/devices/${deviceId}`)).body.workflow_id
}

/** The states of a workflow's steps. */
export function stepsOf(workflow: Answer['body']): string[] {
  return workflow.steps.map((step: { status: string }) => step.status)
}

/** A step that ends only when it is aborted, and one that the device fails at. */
export const hangs = { operation: 'shake', parameters: { simulate: 'hang' } }
export const fails = { operation: 'shake', parameters: { simulate: 'fail' } }
export const disconnects = { operation: 'shake', parameters: { simulate: 'disconnect' } }

/** Runs the next step, which hangs; `answer` is what whoever waits for it is told in the end. */
export async function hangStep(lab: TestLab, id: string, deviceId: string) {
  const running = nextEvent(lab, (event) => event.kind === 'operation.started' && event.deviceId === deviceId)
  const answer = command(lab, id, 'execute-step')
  const { data } = await running
  return { answer, logId: Number(data.log_id) }
}
