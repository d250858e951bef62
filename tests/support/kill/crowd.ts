/** People and scripts that keep a lab busy over REST until it dies, and remember what it promised them. */

import { pick, type Random, wholeBetween } from '../../../electron/main/backend/database/demo/random.ts'
import type { Answer, Client } from '../client.ts'

export type Lab = { device: Client; workflow: Client }

export type Crowd = {
  /** Operators under which a command was acknowledged that changed something: each stands in an event, or the promise was broken. */
  acknowledged: Set<string>
  /** Answers that nobody should ever get. */
  wrong: string[]
  /** Resolves when so many commands were answered. */
  answered(count: number): Promise<void>
  /** Resolves when the lab is dead and everybody has noticed. */
  ended: Promise<void>
}

export type Places = {
  devices: readonly string[]
  /** Workflows that nobody touches. */
  leftAlone: ReadonlySet<string>
}

const people = 6
/** Beyond this many, nobody brings new work. */
const mostUnended = 30

/** @param name of this crowd, for its operators */
export function letCrowdIn(lab: Lab, name: string, random: Random, { devices, leftAlone }: Places): Crowd {
  const acknowledged = new Set<string>()
  const wrong: string[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  let answers = 0
  let commands = 0

  /** @param changes whether that answer means that something was changed */
  async function command(
    send: (headers: Record<string, string>) => Promise<Answer>,
    changes: (answer: Answer) => boolean,
  ): Promise<Answer> {
    commands += 1
    const operator = `${name}-${commands}`
    const answer = await send({ 'X-Operator': operator })
    if (answer.status < 300 && changes(answer)) acknowledged.add(operator)
    if (answer.status === 500) wrong.push(`${operator}: ${JSON.stringify(answer.body)}`)
    answers += 1
    for (const { count, resolve } of waiting) if (answers >= count) resolve()
    return answer
  }
  const always = () => true

  async function workflowsIn(...states: string[]): Promise<{ id: string; device_id: string }[]> {
    const found = await Promise.all(states.map((status) => lab.workflow.get(`/workflows?status=${status}`)))
    return found.flatMap(({ body }) => body).filter(({ id }: { id: string }) => !leftAlone.has(id))
  }

  async function bringWork(): Promise<void> {
    const unended = await workflowsIn('queued', 'running', 'awaiting_recovery', 'interrupted', 'paused')
    if (unended.length > mostUnended) return
    const steps = Array.from({ length: wholeBetween(random, 1, 3) }, () => {
      const drawn = random()
      const simulate = drawn < 0.1 ? { simulate: 'fail' } : drawn < 0.13 ? { simulate: 'disconnect' } : {}
      const elsewhere = random() < 0.25 ? { device_id: pick(random, devices), hold: random() < 0.3 } : {}
      return { operation: 'shake', parameters: simulate, ...elsewhere }
    })
    const body = { name: 'Kill', device_id: pick(random, devices), steps, priority: pick(random, ['urgent', 'normal', 'low']) }
    const { body: created } = await command((headers) => lab.workflow.post('/workflows', body, headers), always)
    await command((headers) => lab.workflow.post(`/workflows/${created.id}/start`, { on_busy: 'queue', auto: true }, headers), always)
  }

  async function onOne(states: string[], path: string, body: unknown, changes: (answer: Answer) => boolean = always): Promise<void> {
    const found = await workflowsIn(...states)
    if (found.length === 0) return
    await command((headers) => lab.workflow.post(`/workflows/${pick(random, found).id}/${path}`, body, headers), changes)
  }

  async function bringBack(): Promise<void> {
    const { body } = await lab.device.get('/devices')
    const offline = body.filter(({ connection }: { connection: string }) => connection === 'offline')
    // Another person may have been quicker, and then nothing changes.
    for (const { id } of offline) {
      await command(
        (headers) => lab.device.patch(`/devices/${id}`, { connection: 'online' }, headers),
        () => false,
      )
    }
  }

  async function moveUp(): Promise<void> {
    const device = pick(random, devices)
    const { body: entries } = await lab.device.get(`/devices/${device}/queue`)
    const last = entries.at(-1)
    if (entries.length < 2 || leftAlone.has(last.workflow_id)) return
    const move = random() < 0.5 ? { before: entries[0].id } : { after: entries[0].id }
    // Moved to where it stands already, nothing changes.
    await command(
      (headers) => lab.device.patch(`/devices/${device}/queue/${last.id}`, move, headers),
      () => false,
    )
  }

  async function runScript(): Promise<void> {
    const [device, workflow] = [pick(random, devices), { workflow_id: `script-${name}-${commands}` }]
    const booked = await command((headers) => lab.device.post(`/devices/${device}/book`, workflow, headers), always)
    if (booked.status !== 200) return
    await command((headers) => lab.device.post(`/devices/${device}/execute`, { ...workflow, operation: 'seal' }, headers), always)
    await command((headers) => lab.device.post(`/devices/${device}/release`, workflow, headers), always)
  }

  const deeds: [weight: number, deed: () => Promise<void>][] = [
    [50, bringWork],
    [14, () => onOne(['awaiting_recovery', 'interrupted'], 'recover', { action: 'retry', parameters: {} })],
    [6, () => onOne(['awaiting_recovery', 'interrupted'], 'recover', { action: pick(random, ['skip', 'mark_done', 'abort']) })],
    [6, () => onOne(['running', 'queued', 'paused'], 'cancel', { reason: 'enough' })],
    // 202: it takes effect when the step ends.
    [5, () => onOne(['running'], 'pause', { release_device: random() < 0.5 }, ({ status }) => status === 200)],
    // One whose pause is only called off says nothing of it.
    [8, () => onOne(['paused'], 'resume', { on_busy: 'queue' }, () => false)],
    [5, bringBack],
    [6, moveUp],
    [6, runScript],
  ]

  const hat = deeds.flatMap(([weight, deed]) => Array.from({ length: weight }, () => deed))

  async function person(): Promise<void> {
    for (;;) {
      await pick(random, hat)()
    }
  }

  // `fetch` fails when the lab is dead; anything else is a mistake in here.
  const untilDead = (error: unknown) => {
    if (!(error instanceof TypeError && /fetch failed|terminated/.test(error.message))) throw error
  }
  return {
    acknowledged,
    wrong,
    answered: (count) => new Promise((resolve) => waiting.push({ count, resolve })),
    ended: Promise.all(Array.from({ length: people }, () => person().catch(untilDead))).then(() => undefined),
  }
}
