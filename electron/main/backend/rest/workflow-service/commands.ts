/** What is done with a workflow: start, execute-step, complete, cancel, pause, resume, recover. */

import { createRoute, type z } from '@hono/zod-openapi'
import type { EntryRow } from '../../services/hand-over.ts'
import type { Lab, Reader, Transaction } from '../../services/lab.ts'
import { forecastQueue } from '../../services/schedule.ts'
import {
  completeWorkflow,
  pauseWorkflow,
  recoverWorkflow,
  resumeWorkflow,
  type Started,
  startWorkflow,
} from '../../services/workflow-commands.ts'
import { getWorkflow, type Workflow } from '../../services/workflows.ts'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { presentEntry, presentExecuted, presentStep, presentWorkflow } from '../present.ts'
import { commonErrors, errorAnswer, jsonAnswer, jsonBody, workflowIdParam } from '../route.ts'
import {
  cancelRequestSchema,
  completeRequestSchema,
  executeStepRequestSchema,
  pauseRequestSchema,
  queuedAnswerSchema,
  recoverRequestSchema,
  resumeRequestSchema,
  startRequestSchema,
  stepExecutedSchema,
  workflowAnswerSchema,
} from '../schemas/workflow.ts'

const tags = ['Running workflows']
const notFound = errorAnswer('`workflow_not_found`')
const nothingToStart = errorAnswer('`workflow_not_found`, or `device_not_found` when its device was deleted')
const wrongState = errorAnswer('`invalid_state`: the workflow is in a state that does not allow it')
const deviceTaken = errorAnswer('`device_busy`, or `device_unavailable` in maintenance or offline')
const operationRunning = errorAnswer('`operation_running`')

const startRoute = createRoute({
  method: 'post',
  path: '/workflows/{id}/start',
  tags,
  summary: 'Start: books the device; of any number of racing requests one wins',
  request: { params: workflowIdParam, ...jsonBody(startRequestSchema) },
  responses: {
    200: jsonAnswer('It runs', workflowAnswerSchema),
    202: jsonAnswer('The device is busy and it waits, as `on_busy: "queue"` asked', queuedAnswerSchema),
    404: nothingToStart,
    409: deviceTaken,
    ...commonErrors,
    400: wrongState,
  },
})

const executeStepRoute = createRoute({
  method: 'post',
  path: '/workflows/{id}/execute-step',
  tags,
  summary: 'Run the next pending step, or the one named, and wait for its end',
  request: { params: workflowIdParam, ...jsonBody(executeStepRequestSchema) },
  responses: {
    200: jsonAnswer('The step is done', stepExecutedSchema),
    202: jsonAnswer('The device that the step names is busy and it waits, as `on_busy: "queue"` asked', queuedAnswerSchema),
    403: errorAnswer('`not_your_booking`: the device was released meanwhile'),
    404: errorAnswer('`workflow_not_found`, or `device_not_found` when the device that the step names was deleted'),
    409: errorAnswer(
      '`operation_running`, `operation_aborted`, `device_unavailable` offline; of the device that the step names: `device_busy`, or `already_queued` while another step waits',
    ),
    502: errorAnswer('`operation_failed`: the device failed; the workflow awaits recovery'),
    ...commonErrors,
    400: errorAnswer('`invalid_state` when it is not running, `invalid_step_index`, `no_step_left`'),
  },
})

const completeRoute = createRoute({
  method: 'post',
  path: '/workflows/{id}/complete',
  tags,
  summary: 'Complete: releases the device and books the next in line in the same transaction',
  request: { params: workflowIdParam, ...jsonBody(completeRequestSchema) },
  responses: { 200: jsonAnswer('Completed', workflowAnswerSchema), 404: notFound, 409: operationRunning, ...commonErrors, 400: wrongState },
})

const cancelRoute = createRoute({
  method: 'post',
  path: '/workflows/{id}/cancel',
  tags,
  summary: 'Cancel: a running step is aborted, the device goes to the next in line',
  request: { params: workflowIdParam, ...jsonBody(cancelRequestSchema) },
  responses: { 200: jsonAnswer('Cancelled', workflowAnswerSchema), 404: notFound, ...commonErrors, 400: wrongState },
})

const pauseRoute = createRoute({
  method: 'post',
  path: '/workflows/{id}/pause',
  tags,
  summary: 'Pause, after the running step; the device is kept unless it shall be released',
  request: { params: workflowIdParam, ...jsonBody(pauseRequestSchema) },
  responses: {
    200: jsonAnswer('Paused', workflowAnswerSchema),
    202: jsonAnswer('It will be paused when the running step has ended', workflowAnswerSchema),
    404: notFound,
    ...commonErrors,
    400: wrongState,
  },
})

const resumeRoute = createRoute({
  method: 'post',
  path: '/workflows/{id}/resume',
  tags,
  summary: 'Go on; books the device again if it was released',
  request: { params: workflowIdParam, ...jsonBody(resumeRequestSchema) },
  responses: {
    200: jsonAnswer('It runs', workflowAnswerSchema),
    202: jsonAnswer('The device is busy and it waits, as `on_busy: "queue"` asked', queuedAnswerSchema),
    404: nothingToStart,
    409: deviceTaken,
    ...commonErrors,
    400: wrongState,
  },
})

const recoverRoute = createRoute({
  method: 'post',
  path: '/workflows/{id}/recover',
  tags,
  summary: "A person's word on a step that failed or was cut off: retry, skip, mark_done or abort",
  request: { params: workflowIdParam, ...jsonBody(recoverRequestSchema) },
  responses: { 200: jsonAnswer('Recovered', workflowAnswerSchema), 404: notFound, ...commonErrors, 400: wrongState },
})

export function addCommands(app: RestApp, { open }: RestContext): void {
  app.openapi(startRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { on_busy, priority, auto } = c.req.valid('json')
    const { lab } = open()
    const answer = await lab.transaction(c.get('caller'), async (tx) =>
      startedAnswer(lab, tx, id, 'Workflow started', await startWorkflow(tx, id, { onBusy: on_busy, priority, auto })),
    )
    return 'queue_entry' in answer ? c.json(answer, 202) : c.json(answer, 200)
  })

  app.openapi(executeStepRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { step_index, on_busy } = c.req.valid('json')
    const { lab, engine } = open()
    const executed = await engine.executeStep(c.get('caller'), id, step_index, on_busy)
    if (executed.kind === 'queued') return c.json(await queuedAnswer(lab, lab.database.db, 'Step queued', executed), 202)
    const { log, workflow } = executed
    const step = workflow.steps.find((candidate) => candidate.stepIndex === log.stepIndex)
    if (!step) throw new Error(`step ${log.stepIndex} of workflow ${id} is gone`)
    const answer = {
      workflow_id: id,
      step_index: step.stepIndex,
      step: presentStep(step),
      result: presentExecuted(log),
      workflow: presentWorkflow(workflow),
    }
    return c.json(answer, 200)
  })

  app.openapi(completeRoute, async (c) => {
    const { id } = c.req.valid('param')
    const workflow = await open().lab.transaction(c.get('caller'), async (tx) => {
      await completeWorkflow(tx, id)
      return getWorkflow(tx, id)
    })
    return c.json({ message: 'Workflow completed', workflow: presentWorkflow(workflow) }, 200)
  })

  app.openapi(cancelRoute, async (c) => {
    const workflow = await open().engine.cancel(c.get('caller'), c.req.valid('param').id, c.req.valid('json').reason ?? null)
    return c.json({ message: 'Workflow cancelled', workflow: presentWorkflow(workflow) }, 200)
  })

  app.openapi(pauseRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { release_device = false } = c.req.valid('json')
    const { paused, workflow } = await open().lab.transaction(c.get('caller'), async (tx) => ({
      paused: await pauseWorkflow(tx, id, release_device),
      workflow: await getWorkflow(tx, id),
    }))
    return c.json({ message: 'Workflow paused', workflow: presentWorkflow(workflow) }, paused ? 200 : 202)
  })

  app.openapi(resumeRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { on_busy } = c.req.valid('json')
    const { lab } = open()
    const answer = await lab.transaction(c.get('caller'), async (tx) =>
      startedAnswer(lab, tx, id, 'Workflow resumed', await resumeWorkflow(tx, id, on_busy)),
    )
    return 'queue_entry' in answer ? c.json(answer, 202) : c.json(answer, 200)
  })

  app.openapi(recoverRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { action, parameters, reason } = c.req.valid('json')
    const workflow = await open().lab.transaction(c.get('caller'), async (tx) => {
      await recoverWorkflow(tx, id, { action, parameters, note: reason })
      return getWorkflow(tx, id)
    })
    return c.json({ message: 'Workflow recovered', workflow: presentWorkflow(workflow) }, 200)
  })
}

/** Read in the same transaction, so that the answer is what the command made of it. */
async function startedAnswer(
  lab: Lab,
  tx: Transaction,
  workflowId: string,
  message: string,
  started: Started,
): Promise<z.infer<typeof workflowAnswerSchema> | z.infer<typeof queuedAnswerSchema>> {
  const workflow = await getWorkflow(tx, workflowId)
  if (started.kind === 'running') return { message, workflow: presentWorkflow(workflow) }
  return queuedAnswer(lab, tx, 'Workflow queued', { workflow, entry: started.entry })
}

async function queuedAnswer(
  lab: Lab,
  db: Reader,
  message: string,
  { workflow, entry }: { workflow: Workflow; entry: EntryRow },
): Promise<z.infer<typeof queuedAnswerSchema>> {
  const forecast = await forecastQueue(lab, db, entry.deviceId)
  return { message, workflow: presentWorkflow(workflow), queue_entry: presentEntry(entry, forecast) }
}
