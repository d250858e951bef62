/** The wire shapes of devices, bookings, queue entries and wait times. */

import { z } from '@hono/zod-openapi'
import { deviceConnections, deviceIdPattern, deviceModes, deviceStatuses, deviceTypes } from '../../../../../shared/domain/device.ts'
import { entryStatuses } from '../../../../../shared/domain/queue.ts'
import { instant, instantOrNull, optionalText, prioritySchema, text, workflowIdText } from './common.ts'

const capabilities = z.array(text(1, 200)).max(200)

export const deviceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.enum(deviceTypes),
    status: z.enum(deviceStatuses),
    mode: z.enum(deviceModes),
    connection: z.enum(deviceConnections),
    bookable: z.boolean(),
    capabilities: z.array(z.string()),
    workflow_id: z.string().nullable(),
    booked_at: instantOrNull,
    queue_length: z.int(),
    created_at: instant,
  })
  .openapi('Device')

export const newDeviceSchema = z
  .object({
    id: z
      .string()
      .regex(deviceIdPattern, { error: 'must be 1 to 63 lower-case letters, digits or hyphens and begin with a letter or digit' })
      .openapi({ example: 'thermocycler-1' }),
    name: text(1, 200).openapi({ example: 'Thermocycler North' }),
    type: z.enum(deviceTypes),
    capabilities: capabilities.optional().openapi({ example: ['pcr'] }),
  })
  .openapi('NewDevice')

export const deviceChangeSchema = z
  .object({
    name: text(1, 200).optional(),
    capabilities: capabilities.optional(),
    mode: z.enum(deviceModes).optional(),
    connection: z.enum(deviceConnections).optional(),
  })
  .openapi('DeviceChange', { example: { mode: 'maintenance' } })

export const bookRequestSchema = z.object({ workflow_id: workflowIdText }).openapi('BookRequest')

export const bookingSchema = z
  .object({ device_id: z.string(), status: z.literal('busy'), workflow_id: z.string(), booking_id: z.int(), booked_at: instant })
  .openapi('Booking')

export const releaseRequestSchema = z
  .object({ workflow_id: workflowIdText.optional(), force: z.boolean().optional(), reason: optionalText(1000) })
  .openapi('ReleaseRequest', { example: { workflow_id: 'wf-2025-001' } })

export const releaseSchema = z
  .object({
    device_id: z.string(),
    status: z.enum(deviceStatuses),
    released_at: instantOrNull,
    next: z
      .object({ queue_entry_id: z.int(), workflow_id: z.string(), booking_id: z.int(), booked_at: instant })
      .nullable()
      .openapi({ description: 'Whom the queue gave the device to, in the same transaction' }),
  })
  .openapi('Release')

export const queueRequestSchema = z
  .object({ workflow_id: workflowIdText, priority: prioritySchema.optional(), note: optionalText(1000) })
  .openapi('QueueRequest')

export const entrySchema = z
  .object({
    id: z.int(),
    device_id: z.string(),
    workflow_id: z.string(),
    workflow_name: z.string().nullable(),
    priority: prioritySchema,
    status: z.enum(entryStatuses),
    position: z.int().openapi({ description: '1 is next; 0 no longer waits' }),
    queue_length: z.int(),
    estimated_wait_seconds: z.number().nullable(),
    estimated_start_at: instantOrNull,
    note: z.string().nullable(),
    queued_at: instant,
    booked_at: instantOrNull,
    booking_id: z.int().nullable(),
  })
  .openapi('QueueEntry')

const entryId = z.int().min(1)

export const moveRequestSchema = z
  .object({ priority: prioritySchema.optional(), before: entryId.optional(), after: entryId.optional() })
  .openapi('MoveRequest', { example: { priority: 'urgent' } })

export const waitTimeSchema = z
  .object({
    device_id: z.string(),
    workflow_id: z.string().nullable(),
    priority: prioritySchema,
    position: z.int(),
    queue_length: z.int(),
    estimated_wait_seconds: z.number().nullable(),
    p90_wait_seconds: z.number().nullable(),
    estimated_start_at: instantOrNull,
    based_on: z.enum(['measured', 'nominal', 'none']),
    reasons: z.array(z.string()),
  })
  .openapi('WaitTime')
