/** The filters of the list as they stand in its address: what looks like a number there is a name all the same. What does not fit is left out. */

import { z } from 'zod'
import { priorities } from '../../../../shared/domain/queue.ts'
import { workflowOrders, workflowStatuses } from '../../../../shared/domain/workflow.ts'

export const workflowSearch = z.object({
  text: z.coerce.string().optional().catch(undefined),
  status: z.array(z.enum(workflowStatuses)).optional().catch(undefined),
  device: z.coerce.string().optional().catch(undefined),
  priority: z.enum(priorities).optional().catch(undefined),
  auto: z.boolean().optional().catch(undefined),
  order: z.enum(workflowOrders).optional().catch(undefined),
})
export type WorkflowSearch = z.infer<typeof workflowSearch>

/** `from`: the workflow that the new one begins as a copy of. */
export const newWorkflowSearch = z.object({ from: z.coerce.string().optional().catch(undefined) })
