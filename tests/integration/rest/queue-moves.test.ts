/** Moving in a queue over HTTP: by hand, by priority, and never on an old picture of it. */

import { describe, expect, it } from 'vitest'
import { book, expectRefusal, newDevice, queueUp, waitingIds } from '../../support/bench.ts'
import type { Answer } from '../../support/client.ts'
import { withEvents } from '../../support/events.ts'
import { useLab } from '../../support/lab.ts'

describe('moving in a queue', () => {
  const lab = useLab('embedded', { demo: false })

  /** A held device whose queue is `a`, `b`, `c` (normal) and `z` (low); entry ids by name. */
  async function queueOfFour(): Promise<{ device: string; ids: Record<'a' | 'b' | 'c' | 'z', number> }> {
    const device = await newDevice(lab())
    await book(lab(), device, 'holder')
    const add = async (workflowId: string, priority = 'normal') => (await queueUp(lab(), device, workflowId, { priority })).id
    return { device, ids: { a: await add('a'), b: await add('b'), c: await add('c'), z: await add('z', 'low') } }
  }

  function move(device: string, entryId: number | undefined, target: unknown, headers?: Record<string, string>): Promise<Answer> {
    return lab().device.patch(`/devices/${device}/queue/${entryId}`, target, headers)
  }

  const etagOf = async (device: string) => (await lab().device.get(`/devices/${device}/queue`)).headers.get('etag') ?? ''

  it('before an entry', async () => {
    const { device, ids } = await queueOfFour()
    const { answer, events } = await withEvents(lab(), () => move(device, ids.c, { before: ids.a }, { 'X-Operator': 'Ada' }))
    expect(answer).toMatchObject({ status: 200, body: { id: ids.c, workflow_id: 'c', position: 1, queue_length: 4, status: 'waiting' } })
    expect(await waitingIds(lab(), device)).toEqual(['c', 'a', 'b', 'z'])
    const told = { kind: 'queue.entry_moved', operator: 'Ada', device_id: device, workflow_id: 'c' }
    expect(events).toMatchObject([{ ...told, data: { queue_entry_id: ids.c, before: ids.a, priority: 'normal' } }])
  })

  it('after an entry', async () => {
    const { device, ids } = await queueOfFour()
    expect(await move(device, ids.a, { after: ids.b })).toMatchObject({ status: 200, body: { position: 2 } })
    expect(await waitingIds(lab(), device)).toEqual(['b', 'a', 'c', 'z'])
  })

  it("next to an entry of another priority takes that entry's", async () => {
    const { device, ids } = await queueOfFour()
    expect(await move(device, ids.z, { after: ids.a })).toMatchObject({ status: 200, body: { priority: 'normal', position: 2 } })
    expect(await waitingIds(lab(), device)).toEqual(['a', 'z', 'b', 'c'])
    expect(await move(device, ids.b, { priority: 'low' })).toMatchObject({ body: { priority: 'low', position: 4 } })
    expect(await move(device, ids.c, { before: ids.b })).toMatchObject({ body: { priority: 'low', position: 3 } })
    expect(await waitingIds(lab(), device)).toEqual(['a', 'z', 'c', 'b'])
  })

  it('to a priority: behind those that have it', async () => {
    const { device, ids } = await queueOfFour()
    await queueUp(lab(), device, 'y', { priority: 'low' })
    expect(await move(device, ids.a, { priority: 'low' })).toMatchObject({ status: 200, body: { priority: 'low', position: 5 } })
    expect(await move(device, ids.z, { priority: 'urgent' })).toMatchObject({ body: { priority: 'urgent', position: 1 } })
    expect(await waitingIds(lab(), device)).toEqual(['z', 'b', 'c', 'y', 'a'])
  })

  it('to the priority it has changes nothing', async () => {
    const { device, ids } = await queueOfFour()
    const { answer, events } = await withEvents(lab(), () => move(device, ids.a, { priority: 'normal' }))
    expect({ status: answer.status, position: answer.body.position, events }).toEqual({ status: 200, position: 1, events: [] })
  })

  it('newcomers come behind the hand-made order of their priority, and the head of it is served next', async () => {
    const { device, ids } = await queueOfFour()
    await move(device, ids.c, { before: ids.a })
    await queueUp(lab(), device, 'd')
    await queueUp(lab(), device, 'e', { priority: 'urgent' })
    expect(await waitingIds(lab(), device)).toEqual(['e', 'c', 'a', 'b', 'd', 'z'])
    for (const [holder, next] of [
      ['holder', 'e'],
      ['e', 'c'],
      ['c', 'a'],
    ] as const) {
      const { body } = await lab().device.post(`/devices/${device}/release`, { workflow_id: holder })
      expect(body.next.workflow_id).toBe(next)
    }
  })

  it('any number of moves leaves the order that was made', async () => {
    const { device, ids } = await queueOfFour()
    for (let n = 0; n < 5; n += 1) {
      for (const target of [{ before: ids.a }, { after: ids.b }]) expect((await move(device, ids.c, target)).status).toBe(200)
    }
    await move(device, ids.a, { after: ids.c })
    expect(await waitingIds(lab(), device)).toEqual(['b', 'c', 'a', 'z'])
  })

  describe('is refused, and nothing is moved', () => {
    it.each([
      ['{}', () => ({})],
      ['nothing', () => undefined],
      ['before with after', ({ b, c }: Record<string, number>) => ({ before: b, after: c })],
      ['before with priority', ({ b }: Record<string, number>) => ({ before: b, priority: 'low' })],
      ['before itself', ({ a }: Record<string, number>) => ({ before: a })],
      ['after itself', ({ a }: Record<string, number>) => ({ after: a })],
      ['a priority that there is not', () => ({ priority: 'high' })],
      ['null', () => ({ before: null })],
      ['text for an id', ({ b }: Record<string, number>) => ({ before: String(b) })],
      ['half an id', () => ({ after: 1.5 })],
    ])('%s: 400', async (_, target) => {
      const { device, ids } = await queueOfFour()
      expectRefusal(await move(device, ids.a, target(ids)), 400, 'invalid_input')
      expect(await waitingIds(lab(), device)).toEqual(['a', 'b', 'c', 'z'])
    })

    it('next to an unknown entry, or one of another device: 404', async () => {
      const [{ device, ids }, other] = [await queueOfFour(), await queueOfFour()]
      for (const target of [{ before: 999_999_999 }, { after: other.ids.a }, { before: Number.MAX_SAFE_INTEGER }]) {
        expectRefusal(await move(device, ids.c, target), 404, 'queue_entry_not_found')
      }
      expectRefusal(await move(other.device, ids.c, { priority: 'urgent' }), 404, 'queue_entry_not_found')
      expect(await waitingIds(lab(), device)).toEqual(['a', 'b', 'c', 'z'])
    })

    it('next to an entry that no longer waits: 409', async () => {
      const { device, ids } = await queueOfFour()
      await lab().device.delete(`/devices/${device}/queue/${ids.b}`)
      expectRefusal(await move(device, ids.c, { before: ids.b }), 409, 'not_waiting')
      expect(await waitingIds(lab(), device)).toEqual(['a', 'c', 'z'])
    })
  })

  describe('If-Match', () => {
    it('with the version that was read: moved once, then it is stale', async () => {
      const { device, ids } = await queueOfFour()
      const etag = await etagOf(device)
      expect((await move(device, ids.c, { before: ids.a }, { 'If-Match': etag })).status).toBe(200)
      const { answer, events } = await withEvents(lab(), () => move(device, ids.b, { before: ids.c }, { 'If-Match': etag }))
      expectRefusal(answer, 412, 'stale_version')
      expect(events).toEqual([])
      expect(await waitingIds(lab(), device)).toEqual(['c', 'a', 'b', 'z'])
      expect(await etagOf(device)).not.toBe(etag)
    })

    it.each([
      ['joined', (device: string) => queueUp(lab(), device, 'newcomer')],
      ['left', (device: string, ids: Record<string, number>) => lab().device.delete(`/devices/${device}/queue/${ids.b}`)],
      ['got the device', (device: string) => lab().device.post(`/devices/${device}/release`, { workflow_id: 'holder' })],
    ])('is stale once somebody has %s, for moving and for leaving', async (_, happen) => {
      const { device, ids } = await queueOfFour()
      const etag = await etagOf(device)
      await happen(device, ids)
      const before = await waitingIds(lab(), device)
      expectRefusal(await move(device, ids.z, { before: ids.c }, { 'If-Match': etag }), 412, 'stale_version')
      expectRefusal(await lab().device.delete(`/devices/${device}/queue/${ids.z}`, { 'If-Match': etag }), 412, 'stale_version')
      expect(await waitingIds(lab(), device)).toEqual(before)
    })

    it('counts on leaving too', async () => {
      const { device, ids } = await queueOfFour()
      const etag = await etagOf(device)
      expect((await lab().device.delete(`/devices/${device}/queue/${ids.a}`, { 'If-Match': etag })).status).toBe(200)
      expectRefusal(await lab().device.delete(`/devices/${device}/queue/${ids.b}`, { 'If-Match': etag }), 412, 'stale_version')
    })

    it('* and a list with the version in it are good; a weak one and what is none of ours are stale', async () => {
      const { device, ids } = await queueOfFour()
      expect((await move(device, ids.c, { before: ids.a }, { 'If-Match': '*' })).status).toBe(200)
      const etag = await etagOf(device)
      for (const stale of [`W/${etag}`, '"x"', 'x', '""']) {
        expectRefusal(await move(device, ids.a, { before: ids.c }, { 'If-Match': stale }), 412, 'stale_version')
      }
      expect((await move(device, ids.a, { before: ids.c }, { 'If-Match': `"x", ${etag}` })).status).toBe(200)
    })
  })
})
