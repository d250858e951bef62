/** Guests of the database beside a lab that works: what they do there, and what it does to bookings and queues. */

import type { Client } from 'pg'
import { afterEach, expect, test } from 'vitest'
import { book, newDevice, newWorkflow, queueUp, statusOf } from '../../support/bench.ts'
import { nextEvent } from '../../support/events.ts'
import { connectGuest } from '../../support/guests.ts'
import { expectInvariants } from '../../support/invariants.ts'
import { startTestLab, useLab } from '../../support/lab.ts'

const lab = useLab('embedded', { psqlPort: 0 })
const guests: Client[] = []
const guest = async () => {
  const client = await connectGuest(Number(new URL(lab().running.urls.psql ?? '').port))
  guests.push(client)
  return client
}
afterEach(() => Promise.all(guests.splice(0).map((client) => client.end())))

test('the quick reset frees every device, and queues move on by themselves', async () => {
  const devices = await Promise.all([newDevice(lab()), newDevice(lab())])
  const waiting: string[] = []
  for (const device of devices) {
    await book(lab(), device, 'a script')
    const workflow = await newWorkflow(lab(), device)
    await queueUp(lab(), device, workflow)
    waiting.push(workflow)
  }
  const moved = Promise.all(devices.map((id) => nextEvent(lab(), (event) => event.kind === 'queue.entry_booked' && event.deviceId === id)))
  const psql = await guest()
  const { rows } = await psql.query('select clock_timestamp() as at')
  await psql.query(`DELETE FROM device_bookings; UPDATE devices SET status = 'available';`)
  for (const event of await moved) expect(event.at.getTime() - rows[0].at.getTime()).toBeLessThan(10_000)

  expect(await Promise.all(waiting.map((id) => statusOf(lab(), id)))).toEqual(['running', 'running'])
  const { rows: busy } = await psql.query(`select id from devices where status = 'busy' order by id`)
  expect(busy.map(({ id }) => id)).toEqual([...devices].sort())
  await expectInvariants(lab().lab.database.pool)
})

test('the reset moves queues as well when psql had made the session deaf before', async () => {
  const device = await newDevice(lab())
  await book(lab(), device, 'a script')
  await queueUp(lab(), device, 'next')
  const moved = nextEvent(lab(), (event) => event.kind === 'queue.entry_booked' && event.deviceId === device)
  const psql = await guest()
  await psql.query('UNLISTEN *; DELETE FROM device_bookings')
  await moved
  await expectInvariants(lab().lab.database.pool)
})

test('fifty bookings race while guests run transactions: one wins, and nobody is undone', async () => {
  const device = await newDevice(lab())
  const [first, second] = [await guest(), await guest()]
  let over = false
  const rounds = [0, 0]
  const disturb = async (psql: Client, index: number) => {
    while (!over) {
      await psql.query('begin')
      await psql.query(`update devices set name = 'of psql' where id = $1`, [device])
      await psql.query(`insert into device_bookings (device_id, workflow_id) values ($1, 'psql')`, [device]).catch(() => undefined)
      await psql.query('rollback')
      rounds[index] = (rounds[index] ?? 0) + 1
    }
  }
  const disturbing = [disturb(first, 0), disturb(second, 1)]
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => lab().device.post(`/devices/${device}/book`, { workflow_id: `w-${index}` })),
  )
  over = true
  await Promise.all(disturbing)

  const won = answers.filter(({ status }) => status === 200)
  expect(won).toHaveLength(1)
  expect(answers.filter(({ status, body }) => status === 409 && body.code === 'device_busy')).toHaveLength(49)
  expect(Math.min(...rounds)).toBeGreaterThan(0)
  expect((await lab().device.get(`/devices/${device}`)).body).toMatchObject({
    name: device,
    status: 'busy',
    workflow_id: won[0]?.body.workflow_id,
  })
  const { rows } = await first.query('select workflow_id from device_bookings where device_id = $1', [device])
  expect(rows).toEqual([{ workflow_id: won[0]?.body.workflow_id }])
  await expectInvariants(lab().lab.database.pool)
})

test('there are never two active bookings, whatever is typed', async () => {
  const device = await newDevice(lab())
  await book(lab(), device, 'first')
  const psql = await guest()
  await expect(psql.query(`insert into device_bookings (device_id, workflow_id) values ($1, 'second')`, [device])).rejects.toMatchObject({
    code: '23505',
    constraint: 'one_active_booking_per_device',
  })
  await psql.query(`update devices set status = 'available' where id = $1`, [device])
  expect((await lab().device.get(`/devices/${device}`)).body.status).toBe('busy')
})

test('guests are told when the program stops, and that it starts', async () => {
  const own = await startTestLab('embedded', { psqlPort: 0, demo: false })
  const port = Number(new URL(own.running.urls.psql ?? '').port)
  const psql = await connectGuest(port)
  const told = new Promise((resolve) => psql.once('error', resolve))
  await psql.query('begin; create table never (id int)')
  await own.close()
  expect(await told).toMatchObject({ severity: 'FATAL', code: '57P01', message: 'terminating connection due to administrator command' })
  await psql.end()
})
