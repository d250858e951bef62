/** Every route of the device service that rest-api.md names, and how to get each documented answer from it. */

import { book, hang, newDevice, newWorkflow, queueUp } from '../bench.ts'
import type { Answer } from '../client.ts'
import { nextEvent } from '../events.ts'
import type { TestLab } from '../lab.ts'
import { command, started } from '../workflow-bench.ts'
import { commonScenes, type ServiceScenes } from './scene.ts'

/** The workflow ids of the documented bodies. */
const holder = 'wf-2025-001'
const waiting = 'wf-2025-002'

async function heldBy(lab: TestLab, workflowId: string): Promise<string> {
  const device = await newDevice(lab)
  await book(lab, device, workflowId)
  return device
}

async function takenOut(lab: TestLab, device: string): Promise<string> {
  await lab.device.patch(`/devices/${device}`, { connection: 'offline' })
  return device
}

/** What is answered while an operation of `holder` hangs on the device. */
async function whileRunning(lab: TestLab, ask: (device: string) => Promise<Answer>): Promise<Answer> {
  const device = await heldBy(lab, holder)
  const hanging = await hang(lab, device, holder, 'incubate')
  const answer = await ask(device)
  await lab.device.post(`/devices/${device}/release`, { force: true, reason: 'the test is over' })
  await hanging.answer
  return answer
}

function execute(lab: TestLab, device: string, parameters = {}): Promise<Answer> {
  return lab.device.post(`/devices/${device}/execute`, { workflow_id: holder, operation: 'incubate', parameters })
}

const queue = (lab: TestLab, device: string, workflowId: string) => lab.device.post(`/devices/${device}/queue`, { workflow_id: workflowId })

/** A held device and two entries that wait for it. */
async function queueOfTwo(lab: TestLab): Promise<{ path: string; first: number; second: string }> {
  const device = await heldBy(lab, holder)
  const first = await queueUp(lab, device, waiting)
  const second = await queueUp(lab, device, 'wf-2025-003')
  const path = `/devices/${device}/queue`
  return { path, first: first.id, second: `${path}/${second.id}` }
}

/** What PATCH and DELETE of an entry refuse alike. */
function entryRefusals(ask: (lab: TestLab, path: string, headers?: Record<string, string>) => Promise<Answer>) {
  return {
    queue_entry_not_found: async (lab: TestLab) => ask(lab, `/devices/${await newDevice(lab)}/queue/999`),
    not_waiting: async (lab: TestLab) => {
      const { second } = await queueOfTwo(lab)
      await lab.device.delete(second)
      return ask(lab, second)
    },
    stale_version: async (lab: TestLab) => ask(lab, (await queueOfTwo(lab)).second, { 'If-Match': '"0"' }),
  }
}

const logFormats = (path: string) => ({
  'application/x-ndjson': (lab: TestLab) => lab.device.get(`${path}format=ndjson`),
  'text/csv': (lab: TestLab) => lab.device.get(path, { Accept: 'text/csv' }),
})

export const deviceScenes: ServiceScenes = {
  ...commonScenes('device'),
  'GET /devices': { succeeds: (lab) => lab.device.get('/devices') },
  'GET /devices/{id}': { succeeds: (lab) => lab.device.get('/devices/liquid-handler-1') },
  'POST /devices': {
    succeeds: (lab, example) => lab.device.post('/devices', example),
    others: {
      device_exists: async (lab) => {
        await lab.device.post('/devices', { id: 'thermocycler-1', name: 'One', type: 'other' })
        return lab.device.post('/devices', { id: 'thermocycler-1', name: 'Another', type: 'other' })
      },
    },
  },
  'PATCH /devices/{id}': {
    succeeds: async (lab, example) => lab.device.patch(`/devices/${await newDevice(lab)}`, example),
    others: {
      invalid_state: async (lab) => {
        const device = 'unreachable-1'
        const lost = nextEvent(lab, ({ deviceId, data }) => deviceId === device && data.connection === 'offline')
        const settings = { driver: 'http', driver_config: { base_url: 'http://127.0.0.1:9' } }
        await lab.device.post('/devices', { id: device, name: 'Unreachable', type: 'other', ...settings })
        await lost
        return lab.device.patch(`/devices/${device}`, { connection: 'online' })
      },
      operation_running: (lab) => whileRunning(lab, (device) => lab.device.patch(`/devices/${device}`, { driver_config: { jitter: 0.1 } })),
    },
  },
  'GET /devices/{id}/operations': {
    succeeds: (lab) => lab.device.get('/devices/plate-reader-1/operations'),
    others: {
      device_unavailable: async (lab) => {
        const device = await newDevice(lab)
        await lab.lab.database.pool.query("update devices set driver = 'of-old' where id = $1", [device])
        return lab.device.get(`/devices/${device}/operations`)
      },
    },
  },
  'DELETE /devices/{id}': {
    succeeds: async (lab) => lab.device.delete(`/devices/${await newDevice(lab)}`),
    others: { device_in_use: async (lab) => lab.device.delete(`/devices/${await heldBy(lab, holder)}`) },
  },
  'POST /devices/{id}/book': {
    succeeds: async (lab, example) => lab.device.post(`/devices/${await newDevice(lab)}/book`, example),
    others: {
      device_busy: async (lab) => lab.device.post(`/devices/${await heldBy(lab, holder)}/book`, { workflow_id: waiting }),
      device_unavailable: async (lab) => {
        const device = await takenOut(lab, await newDevice(lab))
        return lab.device.post(`/devices/${device}/book`, { workflow_id: waiting })
      },
    },
  },
  'POST /devices/{id}/release': {
    succeeds: async (lab, example) => {
      const device = await heldBy(lab, holder)
      await queueUp(lab, device, waiting)
      return lab.device.post(`/devices/${device}/release`, example)
    },
    others: {
      not_your_booking: async (lab) => lab.device.post(`/devices/${await heldBy(lab, holder)}/release`, { workflow_id: waiting }),
      operation_running: (lab) => whileRunning(lab, (device) => lab.device.post(`/devices/${device}/release`, { workflow_id: holder })),
    },
  },
  'POST /devices/{id}/execute': {
    succeeds: async (lab, example) => lab.device.post(`/devices/${await heldBy(lab, holder)}/execute`, example),
    others: {
      not_your_booking: async (lab) => execute(lab, await newDevice(lab)),
      operation_running: (lab) => whileRunning(lab, (device) => execute(lab, device)),
      operation_aborted: async (lab) => {
        const device = await heldBy(lab, holder)
        const hanging = await hang(lab, device, holder, 'incubate')
        await lab.device.post(`/devices/${device}/release`, { force: true, reason: 'the test is over' })
        return hanging.answer
      },
      device_unavailable: async (lab) => execute(lab, await takenOut(lab, await heldBy(lab, holder))),
      operation_failed: async (lab) => execute(lab, await heldBy(lab, holder), { simulate: 'fail' }),
    },
  },
  'POST /devices/{id}/queue': {
    succeeds: async (lab, example) => lab.device.post(`/devices/${await heldBy(lab, holder)}/queue`, example),
    others: {
      already_booked: async (lab) => queue(lab, await heldBy(lab, holder), holder),
      already_queued: async (lab) => {
        const device = await heldBy(lab, holder)
        await queueUp(lab, device, waiting)
        return queue(lab, device, waiting)
      },
      wrong_device: async (lab) => queue(lab, await newDevice(lab), await newWorkflow(lab, 'incubator-1')),
      invalid_state: async (lab) => {
        const device = await newDevice(lab)
        const workflow = await started(lab, device)
        await command(lab, workflow, 'complete')
        return queue(lab, device, workflow)
      },
    },
  },
  'GET /devices/{id}/queue': { succeeds: async (lab) => lab.device.get((await queueOfTwo(lab)).path) },
  'PATCH /devices/{id}/queue/{entry_id}': {
    // A documented neighbour is a number that no test can foresee: the entry that waits in its place stands for it.
    succeeds: async (lab, example) => {
      const { first, second } = await queueOfTwo(lab)
      const body = Object.fromEntries(
        Object.entries(example as object).map(([name, value]) => [name, typeof value === 'number' ? first : value]),
      )
      return lab.device.patch(second, body)
    },
    others: entryRefusals((lab, path, headers) => lab.device.patch(path, { priority: 'low' }, headers)),
  },
  'DELETE /devices/{id}/queue/{entry_id}': {
    succeeds: async (lab) => lab.device.delete((await queueOfTwo(lab)).second),
    others: entryRefusals((lab, path, headers) => lab.device.delete(path, headers)),
  },
  'GET /devices/{id}/wait-time': {
    succeeds: async (lab) => lab.device.get(`/devices/${await heldBy(lab, holder)}/wait-time?priority=urgent`),
  },
  'GET /execution-logs': { succeeds: (lab) => lab.device.get('/execution-logs?limit=20'), others: logFormats('/execution-logs?') },
  'GET /execution-logs/search': {
    succeeds: (lab) => lab.device.get('/execution-logs/search?start=2025-01-01&end=2025-01-31'),
    others: logFormats('/execution-logs/search?start=2025-01-01&end=2025-01-31&'),
  },
  'GET /execution-logs/{device_id}': {
    succeeds: (lab) => lab.device.get('/execution-logs/liquid-handler-1'),
    others: logFormats('/execution-logs/liquid-handler-1?'),
  },
}
