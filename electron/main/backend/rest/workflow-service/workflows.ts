/** Workflows: listing, creating, reading and deleting them. */

import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '../../../../../shared/domain/errors.ts'
import { createWorkflow, deleteWorkflow, getWorkflow, listWorkflows, type NewStep } from '../../services/workflows.ts'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { badCursor, nextLink } from '../log-answer.ts'
import { presentWorkflow } from '../present.ts'
import { commonErrors, errorAnswer, jsonAnswer, jsonBody, workflowIdParam } from '../route.ts'
import { listWorkflowsQuerySchema, newWorkflowSchema, workflowSchema } from '../schemas/workflow.ts'
import { absentFields, refuseInvalid } from '../validation.ts'

const tags = ['Workflows']
const notFound = errorAnswer('`workflow_not_found`')

const listRoute = createRoute({
  method: 'get',
  path: '/workflows',
  tags,
  summary: 'All workflows, the newest first, each with its samples and steps',
  request: { query: listWorkflowsQuerySchema },
  responses: {
    200: {
      ...jsonAnswer('The workflows', z.array(workflowSchema)),
      headers: { Link: { description: 'The next page, when `limit` is given and there is more', schema: { type: 'string' as const } } },
    },
    ...commonErrors,
  },
})

const getRoute = createRoute({
  method: 'get',
  path: '/workflows/{id}',
  tags,
  summary: 'One workflow',
  request: { params: workflowIdParam },
  responses: { 200: jsonAnswer('The workflow', workflowSchema), 404: notFound, ...commonErrors },
})

const createWorkflowRoute = createRoute({
  method: 'post',
  path: '/workflows',
  tags,
  summary: 'Create a workflow',
  request: jsonBody(newWorkflowSchema),
  responses: {
    201: jsonAnswer('The new workflow', workflowSchema),
    ...commonErrors,
    400: errorAnswer('`unknown_device`, `unknown_samples` (all of them listed)'),
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/workflows/{id}',
  tags,
  summary: 'Delete a workflow that never started or has ended',
  request: { params: workflowIdParam },
  responses: {
    204: { description: 'Deleted' },
    404: notFound,
    409: errorAnswer('`workflow_in_use`, `operation_running`'),
    ...commonErrors,
  },
})

export function addWorkflows(app: RestApp, { open }: RestContext): void {
  app.openapi(listRoute, async (c) => {
    const { status, device_id, limit, cursor } = c.req.valid('query')
    const filter = { status, deviceId: device_id, before: decodeCursor(cursor) }
    // One more than asked for tells whether there is a next page.
    const found = await listWorkflows(open().lab.database.db, { ...filter, limit: limit === undefined ? undefined : limit + 1 })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    if (last && page.length < found.length) c.header('Link', nextLink(c, encodeCursor(last.seq)))
    return c.json(page.map(presentWorkflow), 200)
  })

  app.openapi(getRoute, async (c) => c.json(presentWorkflow(await getWorkflow(open().lab.database.db, c.req.valid('param').id)), 200))

  app.openapi(
    createWorkflowRoute,
    async (c) => {
      const { name, device_id, sample_barcodes = [], steps = [], priority = 'normal' } = c.req.valid('json')
      const values = {
        name,
        deviceId: device_id,
        barcodes: sample_barcodes,
        steps: steps.map(readStep),
        priority,
      }
      return c.json(presentWorkflow(await open().lab.transaction(c.get('caller'), (tx) => createWorkflow(tx, values))), 201)
    },
    (result) => {
      const fields = absentFields(result).filter((field) => field === 'name' || field === 'device_id')
      // The sentence is part of the contract.
      if (fields.length > 0) throw new DomainError('invalid_input', 'name and device_id are required', { fields })
      return refuseInvalid(result)
    },
  )

  app.openapi(deleteRoute, async (c) => {
    await open().lab.transaction(c.get('caller'), (tx) => deleteWorkflow(tx, c.req.valid('param').id))
    return c.body(null, 204)
  })
}

function readStep(step: NonNullable<z.infer<typeof newWorkflowSchema>['steps']>[number]): NewStep {
  if (typeof step === 'string') return { operation: step, parameters: {} }
  const { operation, parameters = {}, device_id: deviceId, hold, retry, timeout_seconds: timeoutSeconds } = step
  return { operation, parameters, deviceId, hold, retry, timeoutSeconds }
}

function encodeCursor(seq: number): string {
  return Buffer.from(String(seq)).toString('base64url')
}

function decodeCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  const seq = Buffer.from(cursor, 'base64url').toString()
  if (!/^\d{1,15}$/.test(seq)) throw badCursor()
  return Number(seq)
}
