/** A workflow as a file: what REST's `POST /workflows` takes, so that a script can send it as it is. */

import { z } from 'zod'
import { retryPolicy, type WorkflowWire } from '../../../../shared/contract/workflows.ts'
import { priorities } from '../../../../shared/domain/queue.ts'

const step = z.object({
  operation: z.string().trim().min(1).max(200),
  parameters: z.record(z.string(), z.unknown()).default({}),
  device_id: z.string().min(1).max(63).nullable().default(null),
  hold: z.boolean().default(false),
  retry: retryPolicy.nullable().default(null),
  timeout_seconds: z.number().positive().max(31_536_000).nullable().default(null),
})
type FileStep = z.infer<typeof step>

const file = z.object({
  name: z.string().trim().min(1).max(200),
  device_id: z.string().min(1).max(63),
  priority: z.enum(priorities).default('normal'),
  sample_barcodes: z.array(z.string().trim().min(1).max(200)).max(10_000).default([]),
  steps: z
    .array(z.union([z.string().trim().min(1).max(200), step]))
    .max(1000)
    .default([]),
})
export type WorkflowFile = Omit<z.infer<typeof file>, 'steps'> & { steps: FileStep[] }

/** A field of the file that is wrong, as `steps.2.timeout_seconds`, and why. */
export type FileProblem = { field: string; message: string }

export function workflowFile(workflow: WorkflowWire): string {
  const { name, deviceId, priority, sampleBarcodes, steps } = workflow
  const written = {
    name,
    device_id: deviceId,
    priority,
    sample_barcodes: sampleBarcodes,
    steps: steps.map(({ operation, parameters, deviceId, hold, retry, timeoutSeconds }) => ({
      operation,
      parameters,
      ...(deviceId === null ? {} : { device_id: deviceId }),
      ...(hold ? { hold } : {}),
      ...(retry ? { retry } : {}),
      ...(timeoutSeconds === null ? {} : { timeout_seconds: timeoutSeconds }),
    })),
  }
  return `${JSON.stringify(written, null, 2)}\n`
}

export function readWorkflowFile(text: string): { workflow: WorkflowFile } | { problems: FileProblem[] } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { problems: [{ field: 'file', message: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` }] }
  }
  const read = file.safeParse(json)
  if (!read.success) return { problems: read.error.issues.flatMap(problemsOf) }
  const steps = read.data.steps.map((each) => (typeof each === 'string' ? step.parse({ operation: each }) : each))
  return { workflow: { ...read.data, steps } }
}

/** Of the two forms a step can have, what is wrong with the whole one says more. */
function problemsOf(issue: z.core.$ZodIssue): FileProblem[] {
  const field = issue.path.join('.') || 'file'
  const nested = issue.code === 'invalid_union' ? issue.errors.at(-1) : undefined
  if (!nested) return [{ field, message: issue.message }]
  return nested.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }))
}
