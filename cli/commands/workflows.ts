/** `workflows`: the list, and `create`, `start`, `complete`, `cancel`, `watch`. */

import { type Command, Option } from 'commander'
import { z } from 'zod'
import { part } from '../client.ts'
import { collect, priorityOption, wholeNumber } from '../context.ts'
import { WrongUsage } from '../failures.ts'
import type { Act } from '../run.ts'
import { type Workflow, workflowAnswerSchema, workflowSchema } from '../wire.ts'
import { placeOf } from './queue.ts'
import { watchWorkflow } from './watch.ts'
import { progressOf } from './workflow-progress.ts'

type Filter = { status?: string; device?: string; limit: number }
type New = { step?: string[]; sample?: string[]; priority?: string }
type Start = { queue?: true; auto?: true; priority?: string }

export function addWorkflows(program: Command, act: Act): void {
  const workflows = program.command('workflows').description('workflows, the newest first (without a command: the list)')

  workflows
    .command('list', { isDefault: true })
    .description('the newest workflows')
    .option('--status <status>', 'only those, such as running or queued')
    .option('--device <id>', 'only those of a device')
    .addOption(new Option('--limit <n>', 'so many at most').argParser(wholeNumber(1)).default(100))
    .action(
      act(async ({ client, show }, { status, device, limit }: Filter) => {
        const query = { status, device_id: device, limit }
        const found = await client.ask(z.array(workflowSchema), 'workflow', '/workflows', { query })
        await show(found, workflowColumns, 'There is no such workflow.')
      }),
    )

  workflows
    .command('create <name> <device>')
    .description('create a workflow; it starts when you start it')
    .addOption(
      new Option(
        '--step <operation>',
        'a step, in order: its operation, or {"operation": "incubate", "parameters": {"minutes": 5}}',
      ).argParser(collect),
    )
    .addOption(new Option('--sample <barcode>', 'a sample of it; repeatable').argParser(collect))
    .addOption(priorityOption())
    .action(
      act(async ({ client, tell }, name: string, device: string, { step = [], sample = [], priority }: New) => {
        const body = { name, device_id: device, steps: step.map(readStep), sample_barcodes: sample, priority }
        const workflow = await client.ask(workflowSchema, 'workflow', '/workflows', { method: 'POST', body })
        await tell(workflow, workflow.id)
      }),
    )

  workflows
    .command('start <id>')
    .description('start a workflow: book its device')
    .option('--queue', 'wait in line when the device is taken')
    .option('--auto', 'let its steps run by themselves')
    .addOption(priorityOption())
    .action(
      act(async ({ client, tell }, id: string, { queue, auto, priority }: Start) => {
        const body = { ...(queue ? { on_busy: 'queue' } : {}), auto, priority }
        const answer = await client.ask(workflowAnswerSchema, 'workflow', `/workflows/${part(id)}/start`, { method: 'POST', body })
        const { workflow, queue_entry } = answer
        await tell(answer, queue_entry ? placeOf(queue_entry) : `"${workflow.name}" runs on ${workflow.device_id}.`)
      }),
    )

  workflows
    .command('complete <id>')
    .description('complete a workflow: its device goes to the next in line')
    .action(
      act(async ({ client, tell }, id: string) => {
        const answer = await client.ask(workflowAnswerSchema, 'workflow', `/workflows/${part(id)}/complete`, { method: 'POST' })
        await tell(answer, `"${answer.workflow.name}" is completed.`)
      }),
    )

  workflows
    .command('cancel <id>')
    .description('cancel a workflow: a running step is aborted, its device goes to the next in line')
    .option('--reason <text>', 'why, for the history')
    .action(
      act(async ({ client, tell }, id: string, body: { reason?: string }) => {
        const answer = await client.ask(workflowAnswerSchema, 'workflow', `/workflows/${part(id)}/cancel`, { method: 'POST', body })
        await tell(answer, `"${answer.workflow.name}" is cancelled.`)
      }),
    )

  workflows
    .command('watch <id>')
    .description('follow a workflow to its end; exit code 0 when it completed, else 1')
    .action(act(watchWorkflow))
}

const workflowColumns = {
  WORKFLOW: (workflow: Workflow) => workflow.id,
  NAME: (workflow: Workflow) => workflow.name,
  DEVICE: (workflow: Workflow) => workflow.device_id,
  STATUS: (workflow: Workflow) => workflow.status,
  STEP: progressOf,
  PRIORITY: (workflow: Workflow) => workflow.priority,
  CREATED: (workflow: Workflow) => workflow.created_at,
}

/** The service judges what is in it; here it must only be JSON. */
function readStep(text: string): unknown {
  if (!text.trimStart().startsWith('{')) return text
  try {
    return JSON.parse(text)
  } catch {
    throw new WrongUsage(`The step ${text} begins like JSON and is none.`)
  }
}
