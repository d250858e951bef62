/** What of the samples is shown, as it stands in the address: what looks like a number there is a name all the same. What does not fit is left out. */

import { z } from 'zod'

export const sampleSearch = z.object({
  view: z.enum(['plates', 'list']).optional().catch(undefined),
  plate: z.coerce.string().optional().catch(undefined),
  /** The sample that has the focus. */
  sample: z.coerce.string().optional().catch(undefined),
  text: z.coerce.string().optional().catch(undefined),
  placed: z.boolean().optional().catch(undefined),
  colour: z.enum(['type', 'status']).optional().catch(undefined),
})
export type SampleSearch = z.infer<typeof sampleSearch>
