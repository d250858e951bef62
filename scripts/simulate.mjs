/** `npm run simulate`: a lab day on a virtual clock. What it plays and prints is in electron/main/backend/simulate.ts. */

import { runBuilt } from './prepare.mjs'

await runBuilt('simulate', { quiet: true })
