/** `devices`, `book` and `release`. */

import type { Command } from 'commander'
import { z } from 'zod'
import { part } from '../client.ts'
import type { Act } from '../run.ts'
import { bookingSchema, type Device, deviceSchema, releaseSchema } from '../wire.ts'

export function addDevices(program: Command, act: Act): void {
  program
    .command('devices')
    .description('all devices, and who holds them')
    .action(
      act(async ({ client, show }) => {
        const devices = await client.ask(z.array(deviceSchema), 'device', '/devices')
        await show(devices, deviceColumns, 'There is no device yet.')
      }),
    )

  program
    .command('book <device> <workflow>')
    .description('book a device for a workflow')
    .action(
      act(async ({ client, tell }, device: string, workflow: string) => {
        const body = { workflow_id: workflow }
        const booking = await client.ask(bookingSchema, 'device', `/devices/${part(device)}/book`, { method: 'POST', body })
        await tell(booking, `${booking.device_id} is booked for ${booking.workflow_id} (booking ${booking.booking_id}).`)
      }),
    )

  program
    .command('release <device> [workflow]')
    .description('release a device; the next in its queue gets it')
    .option('--force', 'whoever holds it; needs a reason')
    .option('--reason <text>', 'why, for the history')
    .action(
      act(async ({ client, tell }, device: string, workflow: string | undefined, options: { force?: true; reason?: string }) => {
        const body = { workflow_id: workflow, ...options }
        const release = await client.ask(releaseSchema, 'device', `/devices/${part(device)}/release`, { method: 'POST', body })
        const { device_id, released_at, next } = release
        const said = released_at === null ? `${device_id} was free already.` : `${device_id} is released.`
        await tell(release, next ? `${said} ${next.workflow_id} was next and has it now.` : said)
      }),
    )
}

/** A person's words for booking, mode and connection. */
export function stateOf({ status, mode, connection }: Device): string {
  const shortcomings = [mode === 'maintenance' && 'maintenance', connection === 'offline' && 'offline'].filter((word) => word !== false)
  return (shortcomings.length > 0 && status === 'available' ? shortcomings : [status, ...shortcomings]).join(', ')
}

const deviceColumns = {
  DEVICE: (device: Device) => device.id,
  NAME: (device: Device) => device.name,
  TYPE: (device: Device) => device.type,
  STATE: stateOf,
  HOLDER: (device: Device) => device.workflow_id,
  SINCE: (device: Device) => device.booked_at,
  WAITING: (device: Device) => device.queue_length,
}
