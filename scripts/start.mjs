/**
 * `npm start`: builds what is stale and runs the lab headless.
 * (The desktop app comes later; `--headless` is the program's flag already.)
 */

import { runBuilt } from './prepare.mjs'
import { stopWithShell } from './stop-with-shell.mjs'

stopWithShell()
await runBuilt('headless')
