#!/usr/bin/env node
/** `npm run lab -- …` and `npx benchkeeper …`: the command-line client, built first when it is stale. */

import { runBuilt } from './prepare.mjs'
import { stopWithShell } from './stop-with-shell.mjs'

stopWithShell()
// npm changes to the project's folder; the files that a person names are seen from where the person is.
if (process.env.npm_lifecycle_event && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
await runBuilt('cli', { quiet: true })
