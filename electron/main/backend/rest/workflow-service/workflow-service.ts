/** The workflow service: workflows, their life, and samples. */

import { createApp, type RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { addEvents } from '../events.ts'
import { addHealth } from '../health.ts'
import { addCommands } from './commands.ts'
import { addSamples } from './samples.ts'
import { addWorkflows } from './workflows.ts'

export function createWorkflowService(context: RestContext): RestApp {
  const app = createApp(context)
  addHealth(app, context, 'workflow-service')
  addWorkflows(app, context)
  addCommands(app, context)
  addSamples(app, context)
  addEvents(app, context)
  return app
}
