/** `workflows watch`: one workflow, followed to its end. */

import { part } from '../client.ts'
import type { Context } from '../context.ts'
import { Failed } from '../failures.ts'
import { followEvents } from '../follow.ts'
import { say } from '../terminal.ts'
import { type LabEvent, type Workflow, workflowSchema } from '../wire.ts'
import { eventLine } from './events.ts'
import { progressOf } from './workflow-progress.ts'

const endings = ['completed', 'failed', 'cancelled']

/** Resolves when it completed. @throws Failed when it ended otherwise */
export async function watchWorkflow({ client, terminal, json }: Context, id: string): Promise<void> {
  const read = () => client.ask(workflowSchema, 'workflow', `/workflows/${part(id)}`)
  // Listening first: what happens while the workflow is read is not missed.
  const events = await followEvents(client, terminal, 'workflow', { workflowId: id })
  const { out } = terminal
  try {
    const workflow = await read()
    if (!json) await say(out, stateLine(workflow))
    if (endings.includes(workflow.status)) return judge(workflow.name, workflow.status, workflow.error)

    for await (const event of events) {
      await say(out, json ? JSON.stringify(event) : eventLine(event))
      const ending = endingOf(event)
      if (ending === 'deleted') throw new Failed('The workflow was deleted.', 'workflow_deleted')
      if (ending !== undefined) return judge(workflow.name, ending, (await read()).error)
    }
    // The stream ends by itself only when the person stops it.
    terminal.stopped.throwIfAborted()
  } finally {
    await events.return(undefined)
  }
}

function stateLine(workflow: Workflow): string {
  const progress = progressOf(workflow)
  return `"${workflow.name}" on ${workflow.device_id}: ${workflow.status}${progress ? `, ${progress}` : ''}`
}

function endingOf({ kind }: LabEvent): string | undefined {
  const [subject, what = ''] = kind.split('.')
  return subject === 'workflow' && [...endings, 'deleted'].includes(what) ? what : undefined
}

function judge(name: string, status: string, error: string | null): void {
  if (status !== 'completed')
    throw new Failed(`"${name}" ${status === 'failed' ? 'failed' : 'was cancelled'}${error ? `: ${error}` : '.'}`, `workflow_${status}`)
}
