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
  const [asked, setAsked] = useState<{ action: WorkflowAction; workflow: ActionableWorkflow } | null>(null)
  const close = () => setAsked(null)
  const client = useClient()
  // Answers when the step has ended; that is told by its events, so only a refusal is heard here.
  const runStep = useCommand('workflows.executeStep')
  const complete = useCommand('workflows.complete', { onSuccess: ({ name }) => tellDone(`"${name}" is completed.`) })
  const cancel = useCommand('workflows.cancel', { onSuccess: ({ name }) => tellDone(`"${name}" is cancelled.`) })
  const remove = useCommand('workflows.delete', {
    onSuccess: (_, { workflowId }) => {
      tellDone('The workflow is deleted.')
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
    else setAsked({ action, workflow })
  }

  const of = (action: WorkflowAction) => (asked?.action === action ? asked.workflow : null)
  const name = asked?.workflow.name ?? ''
  const workflowId = asked?.workflow.id ?? ''
  const dialogs = (
    <>
      <StartDialog workflow={of('start')} onClose={close} />
      <PauseDialog workflow={of('pause')} onClose={close} />
      <RecoverDialog workflowId={workflowId} opened={of('recover') !== null} onClose={close} />
      <ReasonDialog
        opened={of('cancel') !== null}
        onClose={close}
        title="Cancel the workflow"
        text={`"${name}" ends here${asked?.workflow.stepRuns ? '; its running step is aborted' : ''}. Its device goes to the next in the queue.`}
        confirm="Cancel the workflow"
        danger
        required={false}
        onConfirm={(reason) => cancel.mutate({ workflowId, ...(reason ? { reason } : {}) })}
      />
      <ConfirmDialog
        opened={of('complete') !== null}
        onClose={close}
        title="Complete the workflow"
        text={`${asked?.workflow.stepsLeft ?? 0} of the steps of "${name}" have not run; they count as skipped.`}
        confirm="Complete it"
        onConfirm={() => complete.mutate({ workflowId })}
      />
      <ConfirmDialog
        opened={of('delete') !== null}
        onClose={close}
        title="Delete the workflow"
        text={`"${name}" is deleted for good. Its execution logs and its history of events stay.`}
        confirm="Delete it"
        danger
        onConfirm={() => remove.mutate({ workflowId })}
      />
    </>
  )
  return { begin, dialogs }
}
