/** The contract over a WebSocket: calls, refusals, pushes without a gap, and who is let in. */

import { describe, expect, it } from 'vitest'
import { contract } from '../../../shared/contract/contract.ts'
import type { Push } from '../../../shared/contract/messages.ts'
import { newDevice, newWorkflow } from '../../support/bench.ts'
import { onBothDatabases, startTestLab, useLab } from '../../support/lab.ts'
import { openRpc, usePages } from '../../support/rpc-client.ts'

const connect = usePages()

onBothDatabases('calls', {}, (lab) => {
  it('books a device by starting a workflow, and shows it on the bench with the one that waits', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    const first = await page.ask('workflows.create', { name: 'First', deviceId, steps: [{ operation: 'shake' }] }, 'Ada')
    const second = await page.ask('workflows.create', { name: 'Second', deviceId, steps: [{ operation: 'shake' }] }, 'Ada')

    expect(await page.ask('workflows.start', { workflowId: first.id })).toMatchObject({
      outcome: 'running',
      workflow: { status: 'running' },
    })
    expect(await page.call('workflows.start', { workflowId: second.id })).toMatchObject({
      ok: false,
      error: { code: 'device_busy', message: 'Device is not available', details: { device_id: deviceId } },
    })
    expect(await page.ask('workflows.start', { workflowId: second.id, onBusy: 'queue' })).toMatchObject({ outcome: 'queued' })

    const bench = await page.ask('bench.get', { deviceId })
    expect(contract['bench.get'].output.parse(bench)).toEqual(bench)
    expect(bench).toMatchObject({
      device: { id: deviceId, status: 'busy', workflowId: first.id },
      holder: { workflowId: first.id, workflowName: 'First', status: 'running', operator: 'Ada', stepsDone: 0, stepCount: 1 },
      queue: [{ workflowId: second.id, workflowName: 'Second', position: 1, priority: 'normal' }],
    })
  })

  it('refuses a move of a queue that has changed since it was read, and moves nothing', async () => {
    const page = await connect(lab())
    const deviceId = await newDevice(lab())
    await lab().device.post(`/devices/${deviceId}/book`, { workflow_id: 'holder' })
    const ids: number[] = []
    for (const name of ['a', 'b', 'c']) ids.push((await page.ask('queue.add', { deviceId, workflowId: name })).entryId)
    const [a = 0, , c = 0] = ids
    const { device } = await page.ask('bench.get', { deviceId })

    const moved = await page.ask('queue.move', { deviceId, entryId: c, version: device.queueVersion, target: { before: a } })
    expect(moved.queue.map((entry) => entry.workflowId)).toEqual(['c', 'a', 'b'])
    const stale = await page.call('queue.move', { deviceId, entryId: a, version: device.queueVersion, target: { before: c } })
    expect(stale).toMatchObject({ ok: false, error: { code: 'stale_version' } })
    expect((await page.ask('bench.get', { deviceId })).queue.map((entry) => entry.workflowId)).toEqual(['c', 'a', 'b'])
  })

  it('pushes each event once and in order, and resumes behind the last one without a gap', async () => {
    const deviceId = await newDevice(lab())
    const page = await connect(lab())
    page.subscribe(null)
    await page.push((push) => push.topic === 'subscribed')
    const before = await newWorkflow(lab(), deviceId)
    const created = await page.push((push) => push.topic === 'event' && push.event.workflowId === before)
    await page.close()

    const missed = await newWorkflow(lab(), deviceId)
    const again = await connect(lab())
    again.subscribe(created.topic === 'event' ? created.seq : null)
    const later = await newWorkflow(lab(), deviceId)
    await again.push((push) => push.topic === 'event' && push.event.workflowId === later)
    expect(createdIn(again.pushes)).toEqual([missed, later])
    const numbers = again.pushes.flatMap((push) => (push.topic === 'event' ? [push.seq] : []))
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    expect(new Set(numbers).size).toBe(numbers.length)
  })
})

function createdIn(pushes: Push[]): (string | null)[] {
  return pushes.flatMap((push) => (push.topic === 'event' && push.event.kind === 'workflow.created' ? [push.event.workflowId] : []))
}

describe('what is wrong', () => {
  const lab = useLab('embedded')

  it('is said with the field, for input that the contract does not allow', async () => {
    const page = await connect(lab())
    expect(await page.callAnything('workflows.create', { name: '', deviceId: 'incubator-1' })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', details: { field: 'name' } },
    })
    expect(await page.callAnything('devices.get', { deviceId: 'no-such' })).toMatchObject({
      ok: false,
      error: { code: 'device_not_found' },
    })
    expect(await page.callAnything('devices.explode', {})).toMatchObject({ ok: false, error: { code: 'unknown_method' } })
    expect(await page.callAnything('constructor', {})).toMatchObject({ ok: false, error: { code: 'unknown_method' } })
  })

  it('harms nobody, for messages that are none', async () => {
    const page = await connect(lab())
    for (const text of ['', 'null', '[]', '{"id":"x"}', '{"subscribe":{"after":-1}}']) page.sendRaw(text)
    expect(await page.ask('devices.get', { deviceId: 'incubator-1' })).toMatchObject({ id: 'incubator-1' })
  })

  it('is closed to pages of other origins and to other host names', async () => {
    const { ui } = lab().running.urls
    await expect(openRpc(ui, { Origin: 'http://evil.example' })).rejects.toThrow('refused with 403')
    await expect(openRpc(ui, { Host: 'evil.example' })).rejects.toThrow('refused with 403')
    await connect(lab(), { Origin: ui })
  })
})

describe('a lab with a token', () => {
  const lab = useLab('embedded', { token: 'secret-token' })

  it('lets in only a page with its cookie', async () => {
    const { ui } = lab().running.urls
    await expect(openRpc(ui)).rejects.toThrow('refused with 401')
    const opened = await fetch(`${ui}/?token=secret-token`, { redirect: 'manual' })
    const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
    const page = await connect(lab(), { Cookie: cookie })
    expect(await page.ask('devices.list', {})).toHaveLength(5)
  })
})

describe('a lab that stops', () => {
  it('says so and closes the line, and does not wait for the page', async () => {
    const lab = await startTestLab('embedded')
    const page = await openRpc(lab.running.urls.ui)
    await lab.close()
    expect(await page.closed).toBe(1001)
    expect(page.pushes).toContainEqual({ topic: 'gate', gate: 'stopping' })
  })
})
