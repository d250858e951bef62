/** Commands on workflows with the dialogs that they need: one set of them for a whole screen. */

import { type ReactNode, useState } from 'react'
import { useClient, useCommand } from '../../api/lab.tsx'
import { ConfirmDialog } from '../confirm-dialog.tsx'
import { ReasonDialog } from '../reason-dialog.tsx'
import { RecoverDialog } from '../recover-dialog.tsx'
import { tellDone, tellRefusal } from '../tell.tsx'
import type { ActionableWorkflow } from './actionable.ts'
import type { WorkflowAction } from './allowed-actions.ts'
import { PauseDialog } from './pause-dialog.tsx'
import { StartDialog } from './start-dialog.tsx'

export type WorkflowActionsInUse = {
  /** Does it, or asks what there is to ask first. */
  begin(action: WorkflowAction, workflow: ActionableWorkflow): void
  /** To be put somewhere on the screen. */
  dialogs: ReactNode
}

/** @param onDeleted the workflow is no longer there */
export function useWorkflowActions(onDeleted: (workflowId: string) => void = () => undefined): WorkflowActionsInUse {
  // The last one asked about stays: a dialog acts on whom it was opened for, and says so until it has faded out.
  const [asked, setAsked] = useState<{ action: WorkflowAction; workflow: ActionableWorkflow; opened: boolean } | null>(null)
  const close = () => setAsked((last) => last && { ...last, opened: false })
  /** Whoever has left the dialog meanwhile may be asked about another by now. */
  const done = (action: WorkflowAction, workflowId: string, message: string) => {
    tellDone(message)
    setAsked((last) => (last?.action === action && last.workflow.id === workflowId ? { ...last, opened: false } : last))
  }
  const client = useClient()
  // Answers when the step has ended; that is told by its events, so only a refusal is heard here.
  const runStep = useCommand('workflows.executeStep')
  const complete = useCommand('workflows.complete', { onSuccess: ({ id, name }) => done('complete', id, `"${name}" is completed.`) })
  const cancel = useCommand('workflows.cancel', { onSuccess: ({ id, name }) => done('cancel', id, `"${name}" is cancelled.`) })
  const remove = useCommand('workflows.delete', {
    onSuccess: (_, { workflowId }) => {
      done('delete', workflowId, 'The workflow is deleted.')
      onDeleted(workflowId)
    },
  })
  const resume = useCommand('workflows.resume', {
    onSuccess: ({ outcome, workflow }) =>
      tellDone(outcome === 'running' ? `"${workflow.name}" goes on.` : `The device is busy: "${workflow.name}" waits in its queue.`),
  })

  async function leaveQueue({ id, name }: ActionableWorkflow): Promise<void> {
    const bench = await client.call('bench.list', {})
    const entry = bench.flatMap((item) => item.queue).find(({ workflowId }) => workflowId === id)
    if (!entry) return tellDone(`"${name}" has left the queue already.`)
    await client.call('queue.cancel', { deviceId: entry.deviceId, entryId: entry.id })
    tellDone(`"${name}" has left the queue.`)
  }

  function begin(action: WorkflowAction, workflow: ActionableWorkflow): void {
    const workflowId = workflow.id
    if (action === 'run_step') runStep.mutate({ workflowId })
    else if (action === 'resume') resume.mutate({ workflowId, onBusy: 'queue' })
    else if (action === 'keep_running') resume.mutate({ workflowId })
    else if (action === 'leave_queue') leaveQueue(workflow).catch(tellRefusal)
    else if (action === 'complete' && workflow.stepsLeft === 0) complete.mutate({ workflowId })
    else setAsked({ action, workflow, opened: true })
  }

  const is = (action: WorkflowAction) => asked?.action === action && asked.opened
  const dialogs = asked && (
    <>
      <StartDialog workflow={asked.workflow} opened={is('start')} onClose={close} />
      <PauseDialog workflow={asked.workflow} opened={is('pause')} onClose={close} />
      <RecoverDialog workflowId={asked.workflow.id} opened={is('recover')} onClose={close} />
      <ReasonDialog
        opened={is('cancel')}
        onClose={close}
        title="Cancel the workflow"
        text={whatCancelDoes(asked.workflow)}
        confirm="Cancel the workflow"
        danger
        required={false}
        pending={cancel.isPending}
        onConfirm={(reason) => cancel.mutate({ workflowId: asked.workflow.id, ...(reason ? { reason } : {}) })}
      />
      <ConfirmDialog
        opened={is('complete')}
        onClose={close}
        title="Complete the workflow"
        text={whatCompleteSkips(asked.workflow)}
        confirm="Complete it"
        pending={complete.isPending}
        onConfirm={() => complete.mutate({ workflowId: asked.workflow.id })}
      />
      <ConfirmDialog
        opened={is('delete')}
        onClose={close}
        title="Delete the workflow"
        text={`"${asked.workflow.name}" is deleted for good. Its execution logs and its history of events stay.`}
        confirm="Delete it"
        danger
        pending={remove.isPending}
        onConfirm={() => remove.mutate({ workflowId: asked.workflow.id })}
      />
    </>
  )
  return { begin, dialogs }
}

function whatCancelDoes({ name, status, stepRuns }: ActionableWorkflow): string {
  const ends = `"${name}" ends here, and does not come back`
  if (status === 'created') return `${ends}.`
  if (status === 'queued') return `${ends}; it leaves the queue.`
  return `${ends}${stepRuns ? '; its running step is aborted' : ''}. A device that it has goes to the next in the queue.`
}

function whatCompleteSkips({ name, stepsLeft }: ActionableWorkflow): string {
  return stepsLeft === 1
    ? `One step of "${name}" has not run; it counts as skipped.`
    : `${stepsLeft} steps of "${name}" have not run; they count as skipped.`
}
