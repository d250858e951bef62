/** Booking a device, releasing it, and running an operation on it. */

import { createRoute } from '@hono/zod-openapi'
import { bookDevice } from '../../services/bookings.ts'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { presentBooking, presentExecuted, presentRelease } from '../present.ts'
import { commonErrors, errorAnswer, idParam, jsonAnswer, jsonBody } from '../route.ts'
import { bookingSchema, bookRequestSchema, releaseRequestSchema, releaseSchema } from '../schemas/device.ts'
import { executedSchema, executeRequestSchema } from '../schemas/log.ts'

const tags = ['Bookings']
const notFound = errorAnswer('`device_not_found`')

const bookRoute = createRoute({
  method: 'post',
  path: '/devices/{id}/book',
  tags,
  summary: 'Book a device for a workflow',
  request: { params: idParam, ...jsonBody(bookRequestSchema) },
  responses: {
    200: jsonAnswer('Booked', bookingSchema),
    404: notFound,
    409: errorAnswer('`device_busy`, or `device_unavailable` in maintenance or offline'),
    ...commonErrors,
  },
})

const releaseRoute = createRoute({
  method: 'post',
  path: '/devices/{id}/release',
  tags,
  summary: 'Release a device; the head of its queue is booked in the same transaction',
  request: { params: idParam, ...jsonBody(releaseRequestSchema) },
  responses: {
    200: jsonAnswer('Released, or free already', releaseSchema),
    403: errorAnswer('`not_your_booking`'),
    404: notFound,
    409: errorAnswer('`operation_running`'),
    ...commonErrors,
  },
})

const executeRoute = createRoute({
  method: 'post',
  path: '/devices/{id}/execute',
  tags,
  summary: 'Run an operation on a device that the workflow holds, and wait for its end',
  request: { params: idParam, ...jsonBody(executeRequestSchema) },
  responses: {
    200: jsonAnswer('Completed', executedSchema),
    403: errorAnswer('`not_your_booking`'),
    404: notFound,
    409: errorAnswer('`operation_running`, `operation_aborted`, or `device_unavailable` offline'),
    502: errorAnswer('`operation_failed`: the device failed'),
    ...commonErrors,
  },
})

export function addBookings(app: RestApp, { open }: RestContext): void {
  app.openapi(bookRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { workflow_id } = c.req.valid('json')
    const booking = await open().lab.transaction(c.get('caller'), (tx) => bookDevice(tx, id, workflow_id))
    return c.json(presentBooking(booking), 200)
  })

  app.openapi(releaseRoute, async (c) => {
    const { workflow_id, force, reason } = c.req.valid('json')
    const options = { workflowId: workflow_id, force, reason: reason ?? undefined }
    return c.json(presentRelease(await open().engine.release(c.get('caller'), c.req.valid('param').id, options)), 200)
  })

  app.openapi(executeRoute, async (c) => {
    const { workflow_id, operation, parameters = {} } = c.req.valid('json')
    const request = { deviceId: c.req.valid('param').id, workflowId: workflow_id, operation, parameters }
    return c.json(presentExecuted(await open().engine.execute(c.get('caller'), request)), 200)
  })
}
