/** Devices: what there is, and what people change about it. */

import { createRoute, z } from '@hono/zod-openapi'
import { changeDevice, createDevice, deleteDevice, getDevice, listDevices } from '../../services/devices.ts'
import type { Transaction } from '../../services/lab.ts'
import type { RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { presentDevice, presentOperation } from '../present.ts'
import { commonErrors, errorAnswer, idParam, jsonAnswer, jsonBody } from '../route.ts'
import { deviceChangeSchema, deviceSchema, newDeviceSchema, operationDescriptionSchema } from '../schemas/device.ts'

const tags = ['Devices']
const notFound = errorAnswer('`device_not_found`')

const listRoute = createRoute({
  method: 'get',
  path: '/devices',
  tags,
  summary: 'All devices, ordered by id',
  responses: { 200: jsonAnswer('The devices', z.array(deviceSchema)), ...commonErrors },
})

const getRoute = createRoute({
  method: 'get',
  path: '/devices/{id}',
  tags,
  summary: 'One device',
  request: { params: idParam },
  responses: { 200: jsonAnswer('The device', deviceSchema), 404: notFound, ...commonErrors },
})

const createDeviceRoute = createRoute({
  method: 'post',
  path: '/devices',
  tags,
  summary: 'Add a device',
  request: jsonBody(newDeviceSchema),
  responses: { 201: jsonAnswer('The new device', deviceSchema), 409: errorAnswer('`device_exists`'), ...commonErrors },
})

const changeRoute = createRoute({
  method: 'patch',
  path: '/devices/{id}',
  tags,
  summary: 'Change a device; back to bookable books the head of its queue at once',
  request: { params: idParam, ...jsonBody(deviceChangeSchema) },
  responses: {
    200: jsonAnswer('The changed device', deviceSchema),
    ...commonErrors,
    400: errorAnswer('`invalid_input`: the sentence names the field; `invalid_state`: its driver finds out the connection'),
    404: notFound,
    409: errorAnswer('`operation_running`: its driver is at work, and cannot be told anything else'),
  },
})

const deleteRoute = createRoute({
  method: 'delete',
  path: '/devices/{id}',
  tags,
  summary: 'Delete a device; its logs stay',
  request: { params: idParam },
  responses: { 204: { description: 'Deleted' }, 404: notFound, 409: errorAnswer('`device_in_use`'), ...commonErrors },
})

const operationsRoute = createRoute({
  method: 'get',
  path: '/devices/{id}/operations',
  tags,
  summary: 'What a device can do, in the words of its driver',
  request: { params: idParam },
  responses: {
    200: jsonAnswer('The operations with their parameters', z.array(operationDescriptionSchema)),
    404: notFound,
    409: errorAnswer('`device_unavailable`: the driver cannot say'),
    ...commonErrors,
  },
})

export function addDevices(app: RestApp, { open }: RestContext): void {
  app.openapi(listRoute, async (c) => c.json((await listDevices(open().lab.database.db)).map(presentDevice), 200))

  app.openapi(getRoute, async (c) => c.json(presentDevice(await getDevice(open().lab.database.db, c.req.valid('param').id)), 200))

  app.openapi(createDeviceRoute, async (c) => {
    const { capabilities = [], driver_config: driverConfig, ...device } = c.req.valid('json')
    const created = await open().lab.transaction(c.get('caller'), (tx) => createDevice(tx, { ...device, capabilities, driverConfig }))
    return c.json(presentDevice(created), 201)
  })

  app.openapi(changeRoute, async (c) => {
    const { id } = c.req.valid('param')
    const { reason, driver_config: driverConfig, ...change } = c.req.valid('json')
    const work = (tx: Transaction) => changeDevice(tx, id, { ...change, driverConfig }, reason)
    return c.json(presentDevice(await open().lab.transaction(c.get('caller'), work)), 200)
  })

  app.openapi(operationsRoute, async (c) => {
    const { operations } = await open().engine.describe(c.req.valid('param').id)
    return c.json(operations.map(presentOperation), 200)
  })

  app.openapi(deleteRoute, async (c) => {
    await open().lab.transaction(c.get('caller'), (tx) => deleteDevice(tx, c.req.valid('param').id))
    return c.body(null, 204)
  })
}
