/** The workflow service: workflows, their life, and samples. */

import { createApp, type RestApp } from '../app.ts'
import type { RestContext } from '../context.ts'
import { addDocs } from '../docs.ts'
import { addEvents } from '../events.ts'
import { addHealth } from '../health.ts'
import { addOpenApi } from '../openapi/openapi.ts'
import { addCommands } from './commands.ts'
import { addSampleImport, importPath, longestImport } from './sample-import.ts'
import { addSamples } from './samples.ts'
import { addSchedule } from './schedule.ts'
import { addWorkflows } from './workflows.ts'

export function createWorkflowService(context: RestContext): RestApp {
  const app = createApp(context, new Map([[importPath, longestImport]]))
  addHealth(app, context, 'workflow-service')
  addWorkflows(app, context)
  addCommands(app, context)
  addSchedule(app, context)
  addSamples(app, context)
  addSampleImport(app, context)
  addEvents(app, context)
  addDocs(app)
  addOpenApi(app, context, 'workflow-service')
  return app
}
