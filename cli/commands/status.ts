/** `status`: whether the lab is well, who holds what, who waits. */

import type { Command } from 'commander'
import { z } from 'zod'
import { type Client, part, type Service } from '../client.ts'
import { Failed, Refused } from '../failures.ts'
import type { Act } from '../run.ts'
import { tableLines } from '../table.ts'
import { say } from '../terminal.ts'
import { type Device, deviceSchema, type Entry, entrySchema, healthSchema, type Workflow, workflowSchema } from '../wire.ts'
import { stateOf } from './devices.ts'
import { entryColumns } from './queue.ts'
import { progressOf } from './workflow-progress.ts'

type Health = z.infer<typeof healthSchema> & { url: string }
/** `holder` null: nobody, or a script with an id of its own. */
type Place = Device & { holder: Workflow | null; queue: Entry[] }

export function addStatus(program: Command, act: Act): void {
  program
    .command('status')
    .description('the services, the devices with their holders and steps, and the queues; exit code 1 when the lab is not well')
    .action(
      act(async ({ client, terminal, json }) => {
        const services = await Promise.all((['device', 'workflow'] as const).map((service) => healthOf(client, service)))
        const sick = services.find(({ status }) => status !== 'healthy')
        const devices = sick ? [] : await readPlaces(client)

        if (json) await say(terminal.out, JSON.stringify({ services, devices }, null, 2))
        else await say(terminal.out, report(services, devices))
        if (sick) throw new Failed(`The ${sick.service} at ${sick.url} is not well: ${sick.reason ?? sick.status}.`, 'unhealthy')
      }),
    )
}

/** A service that is not well says so in the same shape, with another status code. */
async function healthOf(client: Client, service: Service): Promise<Health> {
  const response = await client.fetch(service, '/health')
  const answer: unknown = await response.json().catch(() => undefined)
  const health = healthSchema.safeParse(answer)
  if (health.success) return { url: client.url(service), ...health.data }
  const refusal = z.looseObject({ error: z.string(), code: z.string() }).safeParse(answer)
  if (refusal.success) throw new Refused(refusal.data)
  throw new Failed(`What answers at ${client.url(service)} is not this lab's service (it says ${response.status}).`, 'not_a_lab')
}

async function readPlaces(client: Client): Promise<Place[]> {
  const devices = await client.ask(z.array(deviceSchema), 'device', '/devices')
  return Promise.all(
    devices.map(async (device) => ({
      ...device,
      holder: device.workflow_id === null ? null : await holderOf(client, device.workflow_id),
      queue: device.queue_length === 0 ? [] : await client.ask(z.array(entrySchema), 'device', `/devices/${part(device.id)}/queue`),
    })),
  )
}

async function holderOf(client: Client, workflowId: string): Promise<Workflow | null> {
  try {
    return await client.ask(workflowSchema, 'workflow', `/workflows/${part(workflowId)}`)
  } catch (error) {
    if (error instanceof Refused && error.body.code === 'workflow_not_found') return null
    throw error
  }
}

function report(services: readonly Health[], devices: readonly Place[]): string {
  const waiting = devices.flatMap(({ queue }) => queue)
  const tables = [
    tableLines(services, serviceColumns),
    devices.length > 0 ? tableLines(devices, placeColumns) : [],
    waiting.length > 0 ? tableLines(waiting, { DEVICE: (entry: Entry) => entry.device_id, ...entryColumns }) : [],
  ]
  return tables
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}

const serviceColumns = {
  SERVICE: (health: Health) => health.service,
  ADDRESS: (health: Health) => health.url,
  HEALTH: (health: Health) => health.status,
  VERSION: (health: Health) => health.version,
}

const placeColumns = {
  DEVICE: (place: Place) => place.id,
  STATE: stateOf,
  HOLDER: (place: Place) => (place.holder ? `"${place.holder.name}"` : place.workflow_id),
  WORKFLOW: (place: Place) => place.holder && `${place.holder.id} (${place.holder.status})`,
  STEP: (place: Place) => place.holder && progressOf(place.holder),
  WAITING: (place: Place) => place.queue.length,
}
