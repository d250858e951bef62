/** Devices: what there is, how each stands, and what people change about it. */

import { z } from 'zod'
import { deviceConnections, deviceModes, deviceStatuses, deviceTypes } from '../domain/device.ts'
import { command, deviceId, instant, json, nothing, query, reason, workflowId } from './method.ts'

export const device = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(deviceTypes),
  status: z.enum(deviceStatuses),
  mode: z.enum(deviceModes),
  modeReason: z.string().nullable(),
  /** Workflows that failed on it since one last succeeded, or a person put it back into service. */
  failuresInRow: z.number().int(),
  connection: z.enum(deviceConnections),
  connectionReason: z.string().nullable(),
  /** Available, in service and online. */
  bookable: z.boolean(),
  capabilities: z.array(z.string()),
  driver: z.string(),
  /** Secrets in it read `•••`; given back so, they stay as they are. */
  driverConfig: json,
  workflowId: z.string().nullable(),
  bookedAt: instant.nullable(),
  queueLength: z.number().int(),
  queueVersion: z.number().int(),
  createdAt: instant,
})
export type DeviceWire = z.infer<typeof device>

export const newDevice = z.object({
  id: deviceId,
  name: z.string().trim().min(1).max(200),
  type: z.enum(deviceTypes),
  capabilities: z.array(z.string().trim().min(1).max(200)).max(100).default([]),
  driver: z.string().default('simulated'),
  driverConfig: json.default({}),
})

export const parameterDescription = z.object({
  name: z.string(),
  title: z.string(),
  type: z.enum(['number', 'integer', 'string', 'boolean']),
  required: z.boolean(),
  unit: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  choices: z.array(z.string()).optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  description: z.string().optional(),
})

/** An operation with what a form needs to ask for its parameters. */
export const operationDescription = z.object({
  operation: z.string(),
  title: z.string(),
  parameters: z.array(parameterDescription),
  nominalSeconds: z.number().optional(),
  timeoutSeconds: z.number().optional(),
  idempotent: z.boolean(),
})
export type OperationDescriptionWire = z.infer<typeof operationDescription>

const release = z.object({
  deviceId: z.string(),
  releasedAt: instant.nullable(),
  next: z.object({ queueEntryId: z.number().int(), workflowId: z.string(), bookingId: z.number().int(), bookedAt: instant }).nullable(),
})

export const deviceMethods = {
  'devices.list': query(nothing, z.array(device)),
  'devices.get': query(z.object({ deviceId }), device),
  'devices.create': command(newDevice, device),
  /** Back to bookable books the head of the queue at once. */
  'devices.change': command(
    z.object({
      deviceId,
      name: newDevice.shape.name.optional(),
      capabilities: z.array(z.string().trim().min(1).max(200)).max(100).optional(),
      mode: z.enum(deviceModes).optional(),
      connection: z.enum(deviceConnections).optional(),
      driver: z.string().optional(),
      driverConfig: json.optional(),
      reason: reason.optional(),
    }),
    device,
  ),
  'devices.delete': command(z.object({ deviceId }), nothing),
  /** What its driver says it can do. */
  'devices.operations': query(z.object({ deviceId }), z.array(operationDescription)),
  /** `force` takes it whatever runs on it, and needs a reason: from `workflowId` alone where that is given (`not_your_booking`), else from whoever holds it. */
  'devices.release': command(
    z.object({ deviceId, workflowId: workflowId.optional(), force: z.boolean().optional(), reason: reason.optional() }),
    release,
  ),
}
