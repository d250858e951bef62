/** Workflows: the list, one of them whole, and what people do with it. */

import type { workflowMethods } from '../../../../shared/contract/workflows.ts'
import type { Transaction } from '../services/lab.ts'
import {
  completeWorkflow,
  pauseWorkflow,
  recoverWorkflow,
  resumeWorkflow,
  type Started,
  startWorkflow,
} from '../services/workflow-commands.ts'
import { countWorkflows, readWorkflowPage } from '../services/workflow-list.ts'
import { createWorkflow, deleteWorkflow, getWorkflow } from '../services/workflows.ts'
import type { Handlers } from './handlers.ts'
import { presentWorkflow, presentWorkflowRow } from './present.ts'

export const workflowHandlers: Handlers<keyof typeof workflowMethods> = {
  'workflows.list': async ({ order, after, limit, ...filter }, { lab }) => {
    const { rows, next } = await readWorkflowPage(lab.database.db, filter, { order, after, limit })
    return { rows: rows.map(presentWorkflowRow), next }
  },
  'workflows.counts': (filter, { lab }) => countWorkflows(lab.database.db, filter),
  'workflows.get': async ({ workflowId }, { lab }) => presentWorkflow(await getWorkflow(lab.database.db, workflowId)),
  'workflows.create': async ({ sampleBarcodes, ...values }, { lab, caller }) =>
    presentWorkflow(await lab.transaction(caller, (tx) => createWorkflow(tx, { ...values, barcodes: sampleBarcodes }))),
  'workflows.start': ({ workflowId, ...options }, { lab, caller }) =>
    lab.transaction(caller, async (tx) => startedAs(tx, workflowId, await startWorkflow(tx, workflowId, options))),
  'workflows.resume': ({ workflowId, onBusy }, { lab, caller }) =>
    lab.transaction(caller, async (tx) => startedAs(tx, workflowId, await resumeWorkflow(tx, workflowId, onBusy))),
  'workflows.executeStep': async ({ workflowId, stepIndex, onBusy }, { engine, caller }) =>
    presentWorkflow((await engine.executeStep(caller, workflowId, stepIndex, onBusy)).workflow),
  'workflows.complete': ({ workflowId }, { lab, caller }) =>
    lab.transaction(caller, async (tx) => {
      await completeWorkflow(tx, workflowId)
      return presentWorkflow(await getWorkflow(tx, workflowId))
    }),
  'workflows.cancel': async ({ workflowId, reason }, { engine, caller }) =>
    presentWorkflow(await engine.cancel(caller, workflowId, reason ?? null)),
  'workflows.pause': ({ workflowId, releaseDevice }, { lab, caller }) =>
    lab.transaction(caller, async (tx) => {
      await pauseWorkflow(tx, workflowId, releaseDevice)
      return presentWorkflow(await getWorkflow(tx, workflowId))
    }),
  'workflows.recover': ({ workflowId, reason, ...recovery }, { lab, caller }) =>
    lab.transaction(caller, async (tx) => {
      await recoverWorkflow(tx, workflowId, { ...recovery, note: reason })
      return presentWorkflow(await getWorkflow(tx, workflowId))
    }),
  'workflows.delete': async ({ workflowId }, { lab, caller }) => {
    await lab.transaction(caller, (tx) => deleteWorkflow(tx, workflowId))
    return {}
  },
}

/** Read in the same transaction, so that the answer is what the command made of it. */
async function startedAs(tx: Transaction, workflowId: string, { kind }: Started) {
  return { outcome: kind, workflow: presentWorkflow(await getWorkflow(tx, workflowId)) }
}
