/** Which address shows which screen. Addresses stand behind the `#`, filters included, so that they can be bookmarked. */

import { createHashHistory, createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { z } from 'zod'
import { BenchScreen } from '../screens/bench/bench-screen.tsx'
import { insightsSearch } from '../screens/insights/search.ts'
import { logsSearch } from '../screens/logs/search.ts'
import { sampleSearch } from '../screens/samples/sample-search.ts'
import { newWorkflowSearch, workflowSearch } from '../screens/workflows/workflow-search.ts'
import { CrashedScreen } from './crashed-screen.tsx'
import { Frame } from './frame.tsx'
import { NotFoundScreen } from './not-found-screen.tsx'

const root = createRootRoute({ component: Frame, notFoundComponent: NotFoundScreen, errorComponent: CrashedScreen })

// The bench is there at once; the others are loaded when they are opened, or when the pointer rests on their name.
const bench = createRoute({ getParentRoute: () => root, path: '/', component: BenchScreen })
const queues = createRoute({
  getParentRoute: () => root,
  path: '/queues',
  validateSearch: z.object({ /** Only this device's column. */ device: z.coerce.string().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../screens/queues/queues-screen.tsx'), 'QueuesScreen'),
})
const workflows = createRoute({
  getParentRoute: () => root,
  path: '/workflows',
  validateSearch: workflowSearch,
  component: lazyRouteComponent(() => import('../screens/workflows/workflows-screen.tsx'), 'WorkflowsScreen'),
})
const newWorkflow = createRoute({
  getParentRoute: () => root,
  path: '/workflows/new',
  validateSearch: newWorkflowSearch,
  component: lazyRouteComponent(() => import('../screens/workflows/new-workflow-screen.tsx'), 'NewWorkflowScreen'),
})
const workflow = createRoute({
  getParentRoute: () => root,
  path: '/workflows/$workflowId',
  component: lazyRouteComponent(() => import('../screens/workflows/workflow-screen.tsx'), 'WorkflowScreen'),
})
const samples = createRoute({
  getParentRoute: () => root,
  path: '/samples',
  validateSearch: sampleSearch,
  component: lazyRouteComponent(() => import('../screens/samples/samples-screen.tsx'), 'SamplesScreen'),
})
const logs = createRoute({
  getParentRoute: () => root,
  path: '/logs',
  validateSearch: logsSearch,
  component: lazyRouteComponent(() => import('../screens/logs/logs-screen.tsx'), 'LogsScreen'),
})
const timeline = createRoute({
  getParentRoute: () => root,
  path: '/timeline',
  validateSearch: z.object({ from: z.iso.datetime().optional().catch(undefined), to: z.iso.datetime().optional().catch(undefined) }),
  component: lazyRouteComponent(() => import('../screens/timeline/timeline-screen.tsx'), 'TimelineScreen'),
})
const insights = createRoute({
  getParentRoute: () => root,
  path: '/insights',
  validateSearch: insightsSearch,
  component: lazyRouteComponent(() => import('../screens/insights/insights-screen.tsx'), 'InsightsScreen'),
})
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('../screens/settings/settings-screen.tsx'), 'SettingsScreen'),
})

export function createAppRouter() {
  return createRouter({
    routeTree: root.addChildren([bench, queues, workflows, newWorkflow, workflow, samples, logs, timeline, insights, settings]),
    history: createHashHistory(),
    defaultPreload: 'intent',
    defaultErrorComponent: CrashedScreen,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
