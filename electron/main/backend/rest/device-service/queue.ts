/** A device's queue: joining it, seeing it, moving in it, leaving it, and how long it takes. */

import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '../../../../../shared/domain/errors.ts'
import type { MoveTarget } from '../../../../../shared/domain/queue.ts'
import { cancelQueueEntry, enqueue, moveQueueEntry, workflowNames } from '../../services/queue.ts'
import { forecastQueue } from '../../services/schedule.ts'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { presentEntry, presentWait } from '../present.ts'
import { commonErrors, errorAnswer, idParam, jsonAnswer, jsonBody } from '../route.ts'
import { prioritySchema, queryText } from '../schemas/common.ts'
import { entrySchema, moveRequestSchema, queueRequestSchema, waitTimeSchema } from '../schemas/device.ts'

const tags = ['Queue']
const noDevice = errorAnswer('`device_not_found`')
const notFound = errorAnswer('`device_not_found`, `queue_entry_not_found`')
const stale = errorAnswer('`stale_version`: the queue has changed since, and nothing was done')

const entryParams = idParam.extend({ entry_id: z.string().openapi({ param: { name: 'entry_id', in: 'path' }, example: '7' }) })
const ifMatch = z.object({ 'if-match': z.string().optional().openapi({ description: 'The `ETag` that the queue was read with' }) })
const etagHeader = { ETag: { description: "The queue's version", schema: { type: 'string' as const } } }

const addRoute = createRoute({
  method: 'post',
  path: '/devices/{id}/queue',
  tags,
  summary: 'Queue a workflow for a device; a bookable device is booked at once',
  request: { params: idParam, ...jsonBody(queueRequestSchema) },
  responses: {
    201: jsonAnswer('Waiting, or booked at once', entrySchema),
    404: noDevice,
    409: errorAnswer('`already_queued`, `already_booked`'),
    ...commonErrors,
    400: errorAnswer('`wrong_device` when the workflow is made for another, `invalid_state` when it cannot be queued'),
  },
})

const listRoute = createRoute({
  method: 'get',
  path: '/devices/{id}/queue',
  tags,
  summary: 'What waits for a device, in order of turn',
  request: { params: idParam },
  responses: { 200: { ...jsonAnswer('The waiting entries', z.array(entrySchema)), headers: etagHeader }, 404: noDevice, ...commonErrors },
})

const moveRoute = createRoute({
  method: 'patch',
  path: '/devices/{id}/queue/{entry_id}',
  tags,
  summary: 'Move an entry before or after another, or behind those of a priority',
  request: { params: entryParams, headers: ifMatch, ...jsonBody(moveRequestSchema) },
  responses: {
    200: jsonAnswer('The entry at its new place', entrySchema),
    404: notFound,
    409: errorAnswer('`not_waiting`'),
    412: stale,
    ...commonErrors,
  },
})

const cancelRoute = createRoute({
  method: 'delete',
  path: '/devices/{id}/queue/{entry_id}',
  tags,
  summary: 'Leave the queue; the workflow goes back to where it came from',
  request: { params: entryParams, headers: ifMatch },
  responses: {
    200: jsonAnswer('The cancelled entry', entrySchema),
    404: notFound,
    409: errorAnswer('`not_waiting`'),
    412: stale,
    ...commonErrors,
  },
})

const waitRoute = createRoute({
  method: 'get',
  path: '/devices/{id}/wait-time',
  tags,
  summary: 'When a waiting workflow, or a new request of a priority, would get the device, and why then',
  request: { params: idParam, query: z.object({ workflow_id: queryText.optional(), priority: prioritySchema.optional() }) },
  responses: { 200: jsonAnswer('The expected wait', waitTimeSchema), 404: noDevice, ...commonErrors },
})

export function addQueue(app: RestApp, { open }: RestContext): void {
  app.openapi(addRoute, async (c) => {
    const { lab } = open()
    const { id } = c.req.valid('param')
    const { workflow_id, priority, note } = c.req.valid('json')
    const answer = await lab.transaction(c.get('caller'), async (tx) => {
      const entry = await enqueue(tx, id, { workflowId: workflow_id, priority, note })
      return presentEntry(entry, await forecastQueue(lab, tx, id))
    })
    return c.json(answer, 201)
  })

  app.openapi(listRoute, async (c) => {
    const { lab } = open()
    const forecast = await forecastQueue(lab, lab.database.db, c.req.valid('param').id)
    c.header('ETag', `"${forecast.device.queueVersion}"`)
    return c.json(
      forecast.entries.map((entry) => presentEntry(entry, forecast)),
      200,
    )
  })

  app.openapi(moveRoute, async (c) => {
    const { lab } = open()
    const { id, entry_id } = c.req.valid('param')
    const change = { target: targetOf(c.req.valid('json')), versions: versionsOf(c.req.valid('header')['if-match']) }
    const answer = await lab.transaction(c.get('caller'), async (tx) => {
      const entry = await moveQueueEntry(tx, id, entryIdOf(entry_id), change)
      return presentEntry(entry, await forecastQueue(lab, tx, id))
    })
    return c.json(answer, 200)
  })

  app.openapi(cancelRoute, async (c) => {
    const { lab } = open()
    const { id, entry_id } = c.req.valid('param')
    const versions = versionsOf(c.req.valid('header')['if-match'])
    const answer = await lab.transaction(c.get('caller'), async (tx) => {
      const entry = await cancelQueueEntry(tx, id, entryIdOf(entry_id), versions)
      // The forecast names only those that hold the device or wait for it, and this one no longer does.
      return presentEntry(entry, { ...(await forecastQueue(lab, tx, id)), names: await workflowNames(tx, [entry.workflowId]) })
    })
    return c.json(answer, 200)
  })

  app.openapi(waitRoute, async (c) => {
    const { lab } = open()
    const { workflow_id, priority = 'normal' } = c.req.valid('query')
    const forecast = await forecastQueue(lab, lab.database.db, c.req.valid('param').id)
    const index = forecast.entries.findIndex((entry) => entry.workflowId === workflow_id)
    const waiting = forecast.entries[index]
    if (waiting) return c.json(presentWait(forecast, waiting.workflowId, waiting.priority, forecast.ofPlace(index)), 200)
    if (workflow_id !== undefined && workflow_id === forecast.device.workflowId) {
      const holds = { position: 0, p50: 0, p90: 0, basedOn: 'none', reasons: ['This workflow holds the device'] } as const
      return c.json(presentWait(forecast, workflow_id, priority, { ...holds, reasons: [...holds.reasons] }), 200)
    }
    return c.json(presentWait(forecast, workflow_id ?? null, priority, forecast.ofNewcomer(priority)), 200)
  })
}

/** Exactly one of the three. */
function targetOf({ priority, before, after }: z.infer<typeof moveRequestSchema>): MoveTarget {
  const targets: MoveTarget[] = []
  if (priority !== undefined) targets.push({ priority })
  if (before !== undefined) targets.push({ before })
  if (after !== undefined) targets.push({ after })
  const [target] = targets
  if (!target || targets.length > 1) {
    throw new DomainError('invalid_input', 'Give exactly one of priority, before and after', { fields: ['priority', 'before', 'after'] })
  }
  return target
}

/** An id that is no number is no entry's. */
function entryIdOf(text: string): number {
  const id = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (id < 1) throw new DomainError('queue_entry_not_found', 'Queue entry not found', { entry_id: text })
  return id
}

/** The versions an `If-Match` names (RFC 9110, 13.1.1); undefined when any will do. What is no version of ours matches none. */
function versionsOf(ifMatchHeader: string | undefined): number[] | undefined {
  if (ifMatchHeader === undefined || ifMatchHeader.trim() === '*') return undefined
  return [...ifMatchHeader.matchAll(/(W\/)?"(\d{1,15})"/g)].filter(([, weak]) => !weak).map(([, , version]) => Number(version))
}
