/** `GET /events`: what happens is heard by everyone, in order, nothing twice and nothing left out, however a listener comes and goes. */

import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createManualClock } from '../../support/clock.ts'
import { onBothDatabases, useLab } from '../../support/lab.ts'
import { listenTo } from '../../support/listener.ts'

onBothDatabases('GET /events', { demoLogs: 0 }, (lab) => {
  const book = (device: string, workflow: string) => lab().device.post(`/devices/${device}/book`, { workflow_id: workflow })
  const release = (device: string, workflow: string) => lab().device.post(`/devices/${device}/release`, { workflow_id: workflow })

  it('tells a new listener what happens from then on, on both ports the same', async () => {
    await book('incubator-1', 'before')
    await release('incubator-1', 'before')
    const listeners = await Promise.all([lab().device, lab().workflow].map(({ url }) => listenTo(`${url}/events`)))
    expect(listeners.map(({ status }) => status)).toEqual([200, 200])
    expect(listeners[0]?.headers.get('content-type')).toBe('text/event-stream; charset=UTF-8')
    await lab().device.post('/devices/incubator-1/book', { workflow_id: 'now' }, { 'X-Operator': 'Ada' })
    const heard = await Promise.all(listeners.map((listener) => listener.next()))
    expect(heard[0]).toEqual(heard[1])
    expect(heard[0]).toMatchObject({
      kind: 'device.booked',
      data: {
        kind: 'device.booked',
        actor: 'rest',
        operator: 'Ada',
        device_id: 'incubator-1',
        workflow_id: 'now',
        booking_id: expect.any(Number),
      },
    })
    expect(heard[0]?.data.id).toBe(heard[0]?.id)
    expect(heard[0]?.data.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    await Promise.all(listeners.map((listener) => listener.close()))
    await release('incubator-1', 'now')
  })

  it('after=0 gives everything kept, in increasing order, and goes on live without a gap', async () => {
    const listener = await listenTo(`${lab().device.url}/events?after=0`)
    await book('incubator-2', 'last')
    const heard = await listener.until(({ kind, data }) => kind === 'device.booked' && data.workflow_id === 'last')
    const { rows } = await lab().lab.database.pool.query('select id::integer as id from events order by id')
    expect(heard.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
    await listener.close()
    await release('incubator-2', 'last')
  })

  it('resumes after an id while the lab is busy: nothing is missed, nothing comes twice', async () => {
    const rounds = 30
    const work = async () => {
      for (let round = 0; round < rounds; round += 1) {
        await book('plate-reader-1', `busy-${round}`)
        await release('plate-reader-1', `busy-${round}`)
      }
    }
    const isLast = ({ kind, data }: { kind: string; data: Record<string, unknown> }) =>
      kind === 'device.released' && data.workflow_id === `busy-${rounds - 1}`
    const first = await listenTo(`${lab().device.url}/events`)
    const working = work()
    const heard = [await first.next(), await first.next(), await first.next()]
    await first.close()
    while (!heard.some(isLast)) {
      const again = await listenTo(`${lab().workflow.url}/events`, { 'Last-Event-ID': String(heard.at(-1)?.id) })
      for (let taken = 0; taken < 7 && !heard.some(isLast); taken += 1) heard.push(await again.next())
      await again.close()
    }
    await working
    const statement = 'select id::integer as id from events where id >= $1 and id <= $2 order by id'
    const { rows } = await lab().lab.database.pool.query(statement, [heard[0]?.id, heard.at(-1)?.id])
    expect(heard.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
  })

  it('many listeners hear the same', async () => {
    const listeners = await Promise.all(Array.from({ length: 50 }, () => listenTo(`${lab().device.url}/events`)))
    await book('incubator-1', 'heard-by-all')
    const heard = await Promise.all(listeners.map((listener) => listener.next()))
    expect(new Set(heard.map(({ id }) => id)).size).toBe(1)
    await Promise.all(listeners.map((listener) => listener.close()))
    await release('incubator-1', 'heard-by-all')
  })

  it('filters by device and by workflow, also what is past', async () => {
    await book('incubator-1', 'filtered')
    await release('incubator-1', 'filtered')
    await book('incubator-2', 'filtered')
    await release('incubator-2', 'filtered')
    const listener = await listenTo(`${lab().device.url}/events?after=0&device_id=incubator-2&workflow_id=filtered`)
    const past = [await listener.next(), await listener.next()]
    await book('incubator-1', 'filtered')
    await book('incubator-2', 'filtered')
    const live = await listener.next()
    expect([...past, live].map(({ kind, data }) => [kind, data.device_id, data.workflow_id])).toEqual([
      ['device.booked', 'incubator-2', 'filtered'],
      ['device.released', 'incubator-2', 'filtered'],
      ['device.booked', 'incubator-2', 'filtered'],
    ])
    await listener.close()
    await release('incubator-1', 'filtered')
    await release('incubator-2', 'filtered')
  })

  it('the header wins over after', async () => {
    await book('incubator-1', 'x')
    const { body } = await lab().device.get('/events', { Accept: 'application/json' })
    const last = body.at(-1)
    const listener = await listenTo(`${lab().device.url}/events?after=0`, { 'Last-Event-ID': String(last.id - 1) })
    expect((await listener.next()).id).toBe(last.id)
    await listener.close()
    await release('incubator-1', 'x')
  })

  it('gives JSON pages of the past to who asks for JSON', async () => {
    const all = (await lab().device.get('/events', { Accept: 'application/json' })).body
    const page = (await lab().workflow.get(`/events?after=${all[1].id}&limit=2`, { Accept: 'application/json' })).body
    expect(page).toEqual(all.slice(2, 4))
    expect((await lab().device.get('/events?limit=1001', { Accept: 'application/json' })).status).toBe(400)
  })

  it('refuses ids that are none', async () => {
    expect((await lab().device.get('/events?after=x')).body).toMatchObject({ code: 'invalid_input', details: { field: 'after' } })
    expect((await lab().device.get('/events', { 'Last-Event-ID': 'x' })).status).toBe(400)
  })
})

describe('a quiet stream', () => {
  const clock = createManualClock()
  const lab = useLab('embedded', { demoLogs: 0, clock })

  it('has a comment line every 15 seconds', async () => {
    const listener = await listenTo(`${lab().device.url}/events`)
    for (let beats = 1; beats <= 2; beats += 1) {
      clock.advance(15_000)
      // An event behind it tells that the comment is there.
      await lab().device.post(`/devices/incubator-1/${beats === 1 ? 'book' : 'release'}`, { workflow_id: 'a' })
      await listener.next()
      expect(listener.comments).toHaveLength(beats)
    }
    await listener.close()
  })
})

describe('a listener', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  it('that does not read is dropped with a comment and can resume', async () => {
    const { port, host } = new URL(lab().device.url)
    const socket = connect(Number(port), '127.0.0.1')
    await once(socket, 'connect')
    socket.write(`GET /events?after=0 HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    // With what happens only now it has been told all that was kept, which waits in the database for as long as nobody reads.
    await lab().device.post('/devices/incubator-2/book', { workflow_id: 'seen' })
    while (!text.includes('"workflow_id":"seen"')) await once(socket, 'data')
    socket.pause()
    // Nothing is read from here on. Events of many kilobytes fill the socket's buffers, then what may wait in the program.
    const { pool } = lab().lab.database
    const fill = `select count(*) from append_events((select json_agg(json_build_object('kind', 'sample.created', 'at', now(), 'actor', 'rest',
      'data', json_build_object('text', repeat('x', 2000)))) from generate_series(1, 6000)), false)`
    await pool.query(fill)
    const closed = once(socket, 'close')
    const { rows } = await pool.query('select * from events order by id desc limit 6000')
    const told = rows.reverse().map((row) => ({ ...row, id: Number(row.id), deviceId: row.device_id, workflowId: row.workflow_id }))
    lab().lab.feed.committed(told)
    socket.resume()
    await closed
    const [, resumeAfter] = /: too slow; resume with Last-Event-ID: (\d+)\n/.exec(text) ?? []
    const lastHeard = [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1]
    expect(resumeAfter).toBe(lastHeard)
    const again = await listenTo(`${lab().device.url}/events`, { 'Last-Event-ID': resumeAfter ?? '' })
    expect((await again.next()).id).toBe(Number(resumeAfter) + 1)
    await again.close()
    // Others were not held up.
    expect((await lab().device.post('/devices/incubator-2/release', { workflow_id: 'seen' })).status).toBe(200)
  })

  it('is told that the program ends: its stream ends, and it resumes after the restart', async () => {
    const listener = await listenTo(`${lab().device.url}/events`)
    await lab().device.post('/devices/incubator-1/book', { workflow_id: 'a' })
    const { id } = await listener.next()
    const ended = listener.toEnd()
    await lab().restart()
    expect(await ended).toEqual([])
    const again = await listenTo(`${lab().device.url}/events`, { 'Last-Event-ID': String(id) })
    await lab().device.post('/devices/incubator-1/release', { workflow_id: 'a' })
    expect((await again.next()).kind).toBe('device.released')
    await again.close()
  })
})
