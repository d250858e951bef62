/** `GET /schedule`: when each run and each step is expected to begin and to end, device by device. */

import { createRoute, z } from '@hono/zod-openapi'
import { DomainError } from '../../../../../shared/domain/errors.ts'
import { forecastDevices, forecastQueue } from '../../services/schedule.ts'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { presentSchedule } from '../present-schedule.ts'
import { commonErrors, jsonAnswer } from '../route.ts'
import { queryText } from '../schemas/common.ts'
import { scheduledDeviceSchema } from '../schemas/schedule.ts'

const scheduleRoute = createRoute({
  method: 'get',
  path: '/schedule',
  tags: ['Schedule'],
  summary: 'When each run and each step is expected to begin and to end, device by device',
  request: {
    query: z.object({ device_id: queryText.optional().openapi({ description: 'Only this device; an unknown one has no schedule' }) }),
  },
  responses: { 200: jsonAnswer('The devices, ordered by id', z.array(scheduledDeviceSchema)), ...commonErrors },
})

export function addSchedule(app: RestApp, { open }: RestContext): void {
  app.openapi(scheduleRoute, async (c) => {
    const { lab } = open()
    const { device_id } = c.req.valid('query')
    const { db } = lab.database
    const forecasts = device_id === undefined ? await forecastDevices(lab, db) : await forecastQueue(lab, db, device_id).then(one, none)
    return c.json(forecasts.map(presentSchedule), 200)
  })
}

function one<T>(value: T): T[] {
  return [value]
}

function none(error: unknown): never[] {
  if (error instanceof DomainError && error.code === 'device_not_found') return []
  throw error
}
