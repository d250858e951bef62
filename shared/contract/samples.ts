/** Samples: what there is, where each sits, and taking in a whole table of them. */

import { z } from 'zod'
import { importColumns } from '../domain/sample-import.ts'
import { workflowStatuses } from '../domain/workflow.ts'
import { command, instant, query } from './method.ts'

const barcode = z.string().trim().min(1).max(200)
const plate = z.string().trim().min(1).max(200)
const location = z.object({ plate, well: z.string().trim().min(1).max(10) })

export const sample = z.object({
  barcode: z.string(),
  name: z.string().nullable(),
  type: z.string().nullable(),
  location: z.object({ plate: z.string(), well: z.string() }).nullable(),
  createdAt: instant,
  updatedAt: instant,
})
export type SampleWire = z.infer<typeof sample>

/** The workflow that was made last of those that use a sample. */
const use = z.object({ id: z.string(), name: z.string(), status: z.enum(workflowStatuses) })
export type SampleUseWire = z.infer<typeof use>

/** A sample with how it stands. */
const placed = sample.extend({ workflow: use.nullable() })
export type PlacedSampleWire = z.infer<typeof placed>

export const sampleFilter = z.object({
  /** Somewhere in its barcode, name, type or plate. */
  text: z.string().trim().min(1).max(200).optional(),
  plate: plate.optional(),
  /** Whether it sits in a well. */
  placed: z.boolean().optional(),
})

/** A file as it is on the disk, in base64: its encoding is found out where it is read. 32 MiB of it at most. */
const file = z.string().max(44_739_244)

const cell = z.string().nullable()

/** `column` is null when it is the whole row. */
const problem = z.object({ line: z.number().int(), column: z.enum(importColumns).nullable(), message: z.string() })

const importRow = z.object({
  /** 1 is the header. */
  line: z.number().int(),
  cells: z.object({ barcode: cell, name: cell, type: cell, plate: cell, well: cell }),
  /** What it will do; null when something is wrong with it. */
  effect: z.enum(['create', 'update']).nullable(),
  problems: z.array(problem),
})
export type ImportRowWire = z.infer<typeof importRow>

export const importPreview = z.object({
  created: z.number().int(),
  updated: z.number().int(),
  /** All of them, also those that are not among the rows. */
  problemCount: z.number().int(),
  /** What is wrong with the header or the file as a whole. */
  fileProblems: z.array(problem),
  /** In order of line: those with problems and the first good ones, a thousand at most of either. */
  rows: z.array(importRow),
})
export type ImportPreviewWire = z.infer<typeof importPreview>

export const sampleMethods = {
  /** In order of barcode. */
  'samples.list': query(
    sampleFilter.extend({ after: z.string().nullable().default(null), limit: z.number().int().min(1).max(500).default(200) }),
    /** `next` is null behind the last. */
    z.object({ rows: z.array(placed), next: z.string().nullable() }),
  ),
  'samples.get': query(
    z.object({ barcode }),
    sample.extend({
      /** The newest first, a hundred at most. */
      workflows: z.array(use.extend({ createdAt: instant })),
    }),
  ),
  /** Which of them the lab has, in the order asked. */
  'samples.validate': query(
    z.object({ barcodes: z.array(z.string().min(1).max(200)).max(10_000) }),
    z.array(z.object({ barcode: z.string(), exists: z.boolean() })),
  ),
  /** In order of name. */
  'samples.plates': query(
    z.object({ text: z.string().trim().min(1).max(200).optional(), after: z.string().nullable().default(null) }),
    z.object({ rows: z.array(z.object({ plate: z.string(), samples: z.number().int() })), next: z.string().nullable() }),
  ),
  /** Everything that sits on a plate; nothing, when no sample names it. */
  'samples.plate': query(z.object({ plate }), z.array(placed)),
  'samples.create': command(
    z.object({
      barcode,
      name: z.string().trim().max(200).nullable().default(null),
      type: z.string().trim().max(200).nullable().default(null),
      location: location.nullable().default(null),
    }),
    sample,
  ),
  /** All or none. What counts is where all of them are in the end, so that they can change places. */
  'samples.move': command(
    z.object({
      moves: z
        .array(z.object({ barcode, location: location.nullable() }))
        .min(1)
        .max(1536),
    }),
    z.array(sample),
  ),
  'samples.previewImport': query(z.object({ file }), importPreview),
  /** All or nothing. */
  'samples.import': command(z.object({ file }), z.object({ created: z.number().int(), updated: z.number().int() })),
}
