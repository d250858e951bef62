/** `npm run reset`: a new lab in place of the old one. What it asks and refuses is in electron/main/backend/reset.ts. */

import { runBuilt } from './prepare.mjs'

await runBuilt('reset', { quiet: true })
