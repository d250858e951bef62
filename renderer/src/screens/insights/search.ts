/** The period of the insights as the address holds it. What an old bookmark has wrong is left out. */

import { z } from 'zod'

export const insightsSearch = z.object({
  last: z.enum(['1h', '24h', '7d', '30d']).optional().catch(undefined),
  from: z.iso.datetime().optional().catch(undefined),
  to: z.iso.datetime().optional().catch(undefined),
})
export type InsightsSearch = z.infer<typeof insightsSearch>
