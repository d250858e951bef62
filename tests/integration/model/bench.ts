/** Two fresh devices and their workflows in a real lab, spoken to over HTTP in the model's own names. */

import { randomUUID } from 'node:crypto'
import type { Answer } from '../../support/client.ts'
import type { TestLab } from '../../support/lab.ts'
import { type Command, deviceNames, foreignIds, type Known, type ReadVersion, resolve, type Wish } from './commands.ts'
import { apply, type View } from './reference.ts'
import type { Device, Lab, Reply, Simulate } from './state.ts'

export type Bench = {
  /** What the model knows; the tests move it on. */
  lab: Lab
  resolve(wish: Wish): Command
  /** Asks the real lab; what the answer creates is known by name from then on. */
  send(command: Command): Promise<Reply>
  /** What can be seen of a device, by the model's names. */
  observe(device: string): Promise<View>
  /** Keeps the version that each queue was last seen at, for an `If-Match`. */
  readVersions(): void
  /** Whether an operation runs on the device. */
  isRunning(device: string): Promise<boolean>
}

/** Enough workflows on the first device that they meet, one on the second. */
const firstWorkflows: { device: string; steps: Simulate[] }[] = [
  { device: 'd0', steps: ['hang', 'fail'] },
  { device: 'd0', steps: ['none', 'hang'] },
  { device: 'd0', steps: ['fail', 'hang'] },
  { device: 'd1', steps: ['none'] },
]

export async function setUpBench(test: TestLab): Promise<Bench> {
  const run = randomUUID().slice(0, 8)
  const lab: Lab = { devices: {}, workflows: {}, entries: {}, replies: {} }
  const idOf = new Map<string, string>([...deviceNames, ...foreignIds].map((name) => [name, `${name}-${run}`]))
  const nameOf = new Map<string, string>([...idOf].map(([name, id]) => [id, name]))
  const known = { workflows: [] as string[], entries: [] as string[], versions: {} as Record<string, ReadVersion[]> } satisfies Known
  const etags = new Map<string, string>()
  let sent = 0

  const id = (name: string) => idOf.get(name) ?? (name.startsWith('e') ? '999999999999' : `nobody-${run}`)
  const name = (found: unknown) => (found === null ? null : (nameOf.get(String(found)) ?? `unknown ${String(found)}`))
  function learn(kind: 'workflows' | 'entries', ref: string, realId: unknown): void {
    idOf.set(ref, String(realId))
    nameOf.set(String(realId), ref)
    if (!known[kind].includes(ref)) known[kind].push(ref)
  }

  const bench: Bench = {
    lab,
    resolve: (wish) => resolve(wish, String(sent++), bench.lab, known),
    async send(command) {
      const answer = await request(test, command, id)
      const { body } = answer
      if (command.kind === 'create' && answer.status === 201) learn('workflows', `w-${command.ref}`, body.id)
      if (command.kind === 'enqueue' && answer.status === 201) learn('entries', `e-${command.ref}`, body.id)
      if (answer.status === 202 && body.queue_entry) learn('entries', `e-${command.ref}`, body.queue_entry.id)
      if (answer.status >= 400) return { status: answer.status, code: body.code }
      return { status: answer.status, ...(answer.status === 204 ? {} : { tells: tellsOf(command, body, name) }) }
    },
    async observe(device) {
      const [found, queue, workflows] = await Promise.all([
        test.device.get(`/devices/${id(device)}`),
        test.device.get(`/devices/${id(device)}/queue`),
        test.workflow.get(`/workflows?device_id=${id(device)}`),
      ])
      etags.set(device, queue.headers.get('etag') ?? '')
      return {
        device: found.status === 200 ? viewDevice(found.body, name) : null,
        queue: queue.status === 200 ? queue.body.map((entry: Answer['body']) => tellEntry(entry, name)) : [],
        workflows: Object.fromEntries(workflows.body.map((workflow: Answer['body']) => [name(workflow.id), viewWorkflow(workflow)])),
      }
    },
    readVersions() {
      for (const device of deviceNames) noteVersion(known.versions, device, bench.lab.devices[device], etags.get(device))
    },
    async isRunning(device) {
      const { body } = await test.device.get(
        `/execution-logs/search?start=2000-01-01&end=2100-01-01&status=running&device_id=${id(device)}`,
      )
      return body.length > 0
    },
  }

  for (const device of deviceNames) await both(bench, { kind: 'addDevice', device })
  for (const { device, steps } of firstWorkflows) await both(bench, { kind: 'create', device, steps, priority: 'normal' })
  for (const device of deviceNames) await bench.observe(device)
  bench.readVersions()
  return bench
}

/** Does it in the lab and in the model. */
async function both(bench: Bench, wish: Wish): Promise<void> {
  const command = bench.resolve(wish)
  await bench.send(command)
  apply(bench.lab, command)
}

/** A version read before the last change of the queue is an old one; those of a deleted device are forgotten. */
function noteVersion(versions: Record<string, ReadVersion[]>, name: string, device: Device | undefined, etag: string | undefined): void {
  if (!device || !etag) {
    versions[name] = []
    return
  }
  const others = (versions[name] ?? []).filter((read) => read !== null && read !== '*' && read.version < device.version)
  versions[name] = [...others, { etag, version: device.version }]
}

function request(test: TestLab, command: Command, id: (name: string) => string): Promise<Answer> {
  const at = 'device' in command ? `/devices/${id(command.device)}` : `/workflows/${id(command.workflow)}`
  const who = 'workflow' in command ? { workflow_id: id(command.workflow) } : {}
  switch (command.kind) {
    case 'book':
    case 'release':
      return test.device.post(`${at}/${command.kind}`, who)
    case 'forceRelease':
      return test.device.post(`${at}/release`, { force: true, reason: 'the model says so' })
    case 'enqueue':
      return test.device.post(`${at}/queue`, { ...who, priority: command.priority })
    case 'move': {
      const { move } = command
      const body = 'neighbour' in move ? { [move.to]: Number(id(move.neighbour)) } : { priority: move.priority }
      return test.device.patch(`${at}/queue/${id(command.entry)}`, body, ifMatch(command.ifMatch))
    }
    case 'leave':
      return test.device.delete(`${at}/queue/${id(command.entry)}`, ifMatch(command.ifMatch))
    case 'change':
      return test.device.patch(at, { mode: command.mode, connection: command.connection })
    case 'addDevice':
      return test.device.post('/devices', { id: id(command.device), name: command.device, type: 'other' })
    case 'deleteDevice':
      return test.device.delete(at)
    case 'execute':
      return test.device.post(`${at}/execute`, { ...who, operation: 'shake', parameters: parametersOf(command.simulate) })
    case 'create': {
      const steps = command.steps.map((simulate) => ({ operation: 'shake', parameters: parametersOf(simulate) }))
      return test.workflow.post('/workflows', { name: command.ref, device_id: id(command.device), steps, priority: command.priority })
    }
    case 'start':
      return test.workflow.post(`${at}/start`, { on_busy: command.onBusy, priority: command.priority })
    case 'pause':
      return test.workflow.post(`${at}/pause`, { release_device: command.releases })
    case 'resume':
      return test.workflow.post(`${at}/resume`, { on_busy: command.onBusy })
    case 'executeStep':
      return test.workflow.post(`${at}/execute-step`, { step_index: command.step })
    case 'recover':
      return test.workflow.post(`${at}/recover`, { action: command.action, ...(command.heals ? { parameters: {} } : {}) })
    case 'deleteWorkflow':
      return test.workflow.delete(at)
    default:
      return test.workflow.post(`${at}/${command.kind}`)
  }
}

function parametersOf(simulate: Simulate): Record<string, string> {
  return simulate === 'none' ? {} : { simulate }
}

function ifMatch(version: ReadVersion): Record<string, string> {
  return version === null ? {} : { 'If-Match': version === '*' ? '*' : version.etag }
}

type Name = (id: unknown) => string | null

/** Of a success what the model has a word on. */
function tellsOf({ kind }: Command, body: Answer['body'], name: Name): Record<string, unknown> {
  switch (kind) {
    case 'book':
      return { status: body.status, workflow: name(body.workflow_id) }
    case 'release':
    case 'forceRelease':
      return { status: body.status, released: body.released_at !== null, next: body.next && name(body.next.workflow_id) }
    case 'enqueue':
    case 'move':
    case 'leave':
      return tellEntry(body, name)
    case 'change':
    case 'addDevice':
      return viewDevice(body, name)
    case 'execute':
      return { status: body.status }
    case 'create':
      return { workflow: name(body.id), status: body.status }
    case 'executeStep':
      // Its `workflow` is as it stands when the answer is written: whatever came after the step may show in it.
      return { step_index: body.step_index, step: body.step.status }
    default: {
      const entry = body.queue_entry ? tellEntry(body.queue_entry, name) : {}
      return { ...entry, message: body.message, status: body.workflow.status }
    }
  }
}

function tellEntry(entry: Answer['body'], name: Name): Record<string, unknown> {
  const { priority, status, position } = entry
  return { entry: name(entry.id), workflow: name(entry.workflow_id), priority, status, position }
}

function viewDevice(device: Answer['body'], name: Name): NonNullable<View['device']> {
  const { status, mode, connection, bookable, queue_length } = device
  return { status, mode, connection, bookable, holder: name(device.workflow_id), queueLength: queue_length }
}

function viewWorkflow({ status, priority, steps }: Answer['body']): View['workflows'][string] {
  return { status, priority, steps: steps.map((step: Answer['body']) => `${step.status} ×${step.attempts}`) }
}
