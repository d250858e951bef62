/** The device service: devices, bookings, queues, wait times and execution logs. */

import { createApp, type RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { addDocs } from '../docs.ts'
import { addEvents } from '../events.ts'
import { addHealth } from '../health.ts'
import { addOpenApi } from '../openapi/openapi.ts'
import { addBookings } from './bookings.ts'
import { addDevices } from './devices.ts'
import { addLogs } from './logs.ts'
import { addQueue } from './queue.ts'

export function createDeviceService(context: RestContext): RestApp {
  const app = createApp(context)
  addHealth(app, context, 'device-service')
  addDevices(app, context)
  addBookings(app, context)
  addQueue(app, context)
  addLogs(app, context)
  addEvents(app, context)
  addDocs(app)
  addOpenApi(app, context, 'device-service')
  return app
}
