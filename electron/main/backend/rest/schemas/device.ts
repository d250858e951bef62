/** The wire shapes of devices, bookings, queue entries and wait times. */

import { z } from '@hono/zod-openapi'
import { deviceConnections, deviceIdPattern, deviceModes, deviceStatuses, deviceTypes } from '../../../../../shared/domain/device.ts'
import { driverNames } from '../../../../../shared/domain/driver-config.ts'
import { entryStatuses } from '../../../../../shared/domain/queue.ts'
import { instant, instantOrNull, jsonObject, optionalText, prioritySchema, text, workflowIdText } from './common.ts'

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
    mode_reason: z.string().nullable().openapi({ description: 'Why it is in maintenance, where somebody said so' }),
    connection_reason: z.string().nullable().openapi({ description: 'Why it is offline, where the driver or a person said so' }),
    driver: z.string().openapi({ description: `What drives it: ${driverNames.join(' or ')}` }),
    driver_config: z.record(z.string(), z.unknown()).openapi({
      description: 'What its driver was told of the instrument; secrets read "•••", and stay as they are when that is sent back',
    }),
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
    driver: z.enum(driverNames).optional(),
    driver_config: jsonObject.optional(),
  })
  .openapi('NewDevice')

export const deviceChangeSchema = z
  .object({
    name: text(1, 200).optional(),
    capabilities: capabilities.optional(),
    mode: z.enum(deviceModes).optional(),
    connection: z.enum(deviceConnections).optional(),
    reason: optionalText(1000).openapi({ description: 'Kept while the device is out of service, and with the event' }),
    driver: z.enum(driverNames).optional(),
    driver_config: jsonObject.optional().openapi({ description: 'Takes the place of the whole config' }),
  })
  .openapi('DeviceChange', { example: { mode: 'maintenance' } })

export const operationDescriptionSchema = z
  .object({
    operation: z.string(),
    title: z.string(),
    parameters: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        type: z.enum(['number', 'integer', 'string', 'boolean']),
        required: z.boolean(),
        unit: z.string().nullable(),
        minimum: z.number().nullable(),
        maximum: z.number().nullable(),
        choices: z.array(z.string()).nullable(),
        default: z.union([z.string(), z.number(), z.boolean()]).nullable(),
        description: z.string().nullable(),
      }),
    ),
    nominal_seconds: z.number().nullable().openapi({ description: 'At speed 1 with its default parameters' }),
    timeout_seconds: z.number().nullable().openapi({ description: 'Longer, and it is aborted; null: what its history allows' }),
    idempotent: z.boolean().openapi({ description: 'Doing it twice is the same as doing it once' }),
  })
  .openapi('OperationDescription')

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
    p90_wait_seconds: z.number().nullable(),
    estimated_start_p90_at: instantOrNull,
    estimated_end_at: instantOrNull,
    estimated_end_p90_at: instantOrNull,
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
