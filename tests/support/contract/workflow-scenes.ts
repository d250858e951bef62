/** Every route of the workflow service that rest-api.md names, and how to get each documented answer from it. */

import { book, hang, newDevice, newWorkflow } from '../bench.ts'
import type { Answer } from '../client.ts'
import type { TestLab } from '../lab.ts'
import { command, hangStep, started } from '../workflow-bench.ts'
import { commonScenes, type ServiceScenes } from './scene.ts'

const incubate = (simulate: string) => ({ operation: 'incubate', parameters: { simulate } })
const hangs = incubate('hang')
const fails = incubate('fail')

type Names = Parameters<typeof command>[2]
/** What a command is answered that is given in a certain situation. */
const given = (name: Names, situation: (lab: TestLab) => Promise<string>, body?: unknown) => async (lab: TestLab) =>
  command(lab, await situation(lab), name, body)

const running = async (lab: TestLab) => started(lab, await newDevice(lab))
const fresh = async (lab: TestLab) => newWorkflow(lab, await newDevice(lab))

async function ended(lab: TestLab): Promise<string> {
  const workflow = await running(lab)
  await command(lab, workflow, 'complete')
  return workflow
}

/** Paused, and its device free. */
async function paused(lab: TestLab, device: string): Promise<string> {
  const workflow = await started(lab, device)
  await command(lab, workflow, 'pause', { release_device: true })
  return workflow
}

async function awaitingRecovery(lab: TestLab): Promise<string> {
  const workflow = await started(lab, await newDevice(lab), [fails, 'shake'])
  await command(lab, workflow, 'execute-step')
  return workflow
}

/** What is answered while a step hangs; it is cancelled in the end. */
async function whileRunning(lab: TestLab, ask: (workflow: string) => Promise<Answer>): Promise<Answer> {
  const device = await newDevice(lab)
  const workflow = await started(lab, device, [hangs, 'shake'])
  const hanging = await hangStep(lab, workflow, device)
  const answer = await ask(workflow)
  await command(lab, workflow, 'cancel')
  await hanging.answer
  return answer
}

/** A workflow that wants its device, made by `make`, and something that came between. */
function wanting(make: (lab: TestLab, device: string) => Promise<string>) {
  const but = (between: (lab: TestLab, device: string) => Promise<unknown>) => async (lab: TestLab) => {
    const device = await newDevice(lab)
    const workflow = await make(lab, device)
    await between(lab, device)
    return workflow
  }
  return {
    taken: but((lab, device) => book(lab, device, 'wf-2025-001')),
    offline: but((lab, device) => lab.device.patch(`/devices/${device}`, { connection: 'offline' })),
    deleted: but((lab, device) => lab.device.delete(`/devices/${device}`)),
  }
}
const starting = wanting((lab, device) => newWorkflow(lab, device))
const resuming = wanting(paused)

/** One that runs, and whose steps want two devices that a script has booked. */
async function wantingTwo(lab: TestLab): Promise<string> {
  const taken = [await newDevice(lab), await newDevice(lab)]
  for (const device of taken) await book(lab, device, 'wf-2025-001')
  const steps = taken.map((device_id) => ({ operation: 'shake', device_id }))
  return started(lab, await newDevice(lab), steps)
}

/** Samples in wells that no other test knows. */
let wells = 0
function freeWell() {
  wells += 1
  return { plate: `PLATE-C${wells}`, well: 'A1' }
}

export const workflowScenes: ServiceScenes = {
  ...commonScenes('workflow'),
  'GET /workflows': { succeeds: (lab) => lab.workflow.get('/workflows') },
  'GET /workflows/{id}': { succeeds: async (lab) => lab.workflow.get(`/workflows/${await running(lab)}`) },
  'POST /workflows': {
    succeeds: (lab, example) => lab.workflow.post('/workflows', example),
    others: {
      unknown_device: (lab) => lab.workflow.post('/workflows', { name: 'Lost', device_id: 'nowhere' }),
      unknown_samples: (lab) =>
        lab.workflow.post('/workflows', { name: 'Lost', device_id: 'incubator-1', sample_barcodes: ['NOPE-1', 'SAMPLE001', 'NOPE-2'] }),
    },
  },
  'DELETE /workflows/{id}': {
    succeeds: async (lab) => lab.workflow.delete(`/workflows/${await ended(lab)}`),
    others: {
      workflow_in_use: async (lab) => lab.workflow.delete(`/workflows/${await running(lab)}`),
      // A script's own, on a device that it booked in the workflow's name.
      operation_running: async (lab) => {
        const device = await newDevice(lab)
        const workflow = await newWorkflow(lab, device)
        await book(lab, device, workflow)
        const hanging = await hang(lab, device, workflow, 'incubate')
        const answer = await lab.workflow.delete(`/workflows/${workflow}`)
        await lab.device.post(`/devices/${device}/release`, { force: true, reason: 'the test is over' })
        await hanging.answer
        return answer
      },
    },
  },
  'POST /workflows/{id}/start': {
    succeeds: async (lab, example) => command(lab, await newWorkflow(lab, await newDevice(lab), { steps: [] }), 'start', example),
    others: {
      202: given('start', starting.taken, { on_busy: 'queue' }),
      invalid_state: given('start', running),
      device_not_found: given('start', starting.deleted),
      device_busy: given('start', starting.taken),
      device_unavailable: given('start', starting.offline),
    },
  },
  'POST /workflows/{id}/execute-step': {
    succeeds: async (lab, example) => command(lab, await running(lab), 'execute-step', example),
    others: {
      invalid_state: given('execute-step', fresh),
      invalid_step_index: given('execute-step', running, { step_index: 7 }),
      no_step_left: given('execute-step', async (lab) => started(lab, await newDevice(lab), [])),
      not_your_booking: async (lab) => {
        const device = await newDevice(lab)
        const workflow = await started(lab, device)
        await lab.device.post(`/devices/${device}/release`, { workflow_id: workflow })
        return command(lab, workflow, 'execute-step')
      },
      operation_running: (lab) => whileRunning(lab, (workflow) => command(lab, workflow, 'execute-step')),
      operation_aborted: async (lab) => {
        const device = await newDevice(lab)
        const workflow = await started(lab, device, [hangs])
        const hanging = await hangStep(lab, workflow, device)
        await command(lab, workflow, 'cancel')
        return hanging.answer
      },
      device_unavailable: async (lab) => {
        const device = await newDevice(lab)
        const workflow = await started(lab, device)
        await lab.device.patch(`/devices/${device}`, { connection: 'offline' })
        return command(lab, workflow, 'execute-step')
      },
      operation_failed: given('execute-step', async (lab) => started(lab, await newDevice(lab), [fails])),
      202: async (lab) => command(lab, await wantingTwo(lab), 'execute-step', { on_busy: 'queue' }),
      device_busy: async (lab) => command(lab, await wantingTwo(lab), 'execute-step'),
      already_queued: async (lab) => {
        const workflow = await wantingTwo(lab)
        await command(lab, workflow, 'execute-step', { on_busy: 'queue' })
        return command(lab, workflow, 'execute-step', { step_index: 1, on_busy: 'queue' })
      },
      device_not_found: async (lab) => {
        const gone = await newDevice(lab)
        const workflow = await started(lab, await newDevice(lab), [{ operation: 'shake', device_id: gone }])
        await lab.device.delete(`/devices/${gone}`)
        return command(lab, workflow, 'execute-step')
      },
    },
  },
  'POST /workflows/{id}/complete': {
    succeeds: async (lab, example) => command(lab, await running(lab), 'complete', example),
    others: {
      invalid_state: given('complete', fresh),
      operation_running: (lab) => whileRunning(lab, (workflow) => command(lab, workflow, 'complete')),
    },
  },
  'POST /workflows/{id}/cancel': {
    succeeds: async (lab, example) => command(lab, await running(lab), 'cancel', example),
    others: { invalid_state: given('cancel', ended) },
  },
  'POST /workflows/{id}/pause': {
    succeeds: async (lab, example) => command(lab, await running(lab), 'pause', example),
    others: {
      202: (lab) => whileRunning(lab, (workflow) => command(lab, workflow, 'pause')),
      invalid_state: given('pause', fresh),
    },
  },
  'POST /workflows/{id}/resume': {
    succeeds: async (lab, example) => command(lab, await paused(lab, await newDevice(lab)), 'resume', example),
    others: {
      202: given('resume', resuming.taken, { on_busy: 'queue' }),
      invalid_state: given('resume', running),
      device_not_found: given('resume', resuming.deleted),
      device_busy: given('resume', resuming.taken),
      device_unavailable: given('resume', resuming.offline),
    },
  },
  'POST /workflows/{id}/recover': {
    succeeds: async (lab, example) => command(lab, await awaitingRecovery(lab), 'recover', example),
    others: { invalid_state: given('recover', running, { action: 'skip' }) },
  },
  'GET /schedule': {
    succeeds: async (lab) => {
      const device = await newDevice(lab)
      await started(lab, device)
      await lab.device.post(`/devices/${device}/queue`, { workflow_id: 'wf-2025-002' })
      return lab.workflow.get('/schedule')
    },
  },
  'GET /samples': { succeeds: (lab) => lab.workflow.get('/samples') },
  'GET /samples/{barcode}': { succeeds: (lab) => lab.workflow.get('/samples/SAMPLE001') },
  'POST /samples': {
    succeeds: (lab, example) => lab.workflow.post('/samples', example),
    others: {
      sample_exists: async (lab) => {
        await lab.workflow.post('/samples', { barcode: 'SAMPLE500' })
        return lab.workflow.post('/samples', { barcode: 'SAMPLE500' })
      },
      well_occupied: (lab) => lab.workflow.post('/samples', { barcode: 'SAMPLE900', location: { plate: 'PLATE-01', well: 'A1' } }),
    },
  },
  'PUT /samples/{barcode}/location': {
    succeeds: async (lab, example) => {
      const barcode = `CONTRACT-${freeWell().plate}`
      await lab.workflow.post('/samples', { barcode, location: freeWell() })
      return lab.workflow.put(`/samples/${barcode}/location`, example)
    },
    others: {
      well_occupied: (lab) => lab.workflow.put('/samples/SAMPLE002/location', { location: { plate: 'PLATE-01', well: 'A1' } }),
    },
  },
  'POST /samples/validate': { succeeds: (lab, example) => lab.workflow.post('/samples/validate', example) },
  'POST /samples/import': {
    succeeds: (lab, example) => lab.workflow.post('/samples/import', example, { 'Content-Type': 'text/csv' }),
  },
}
