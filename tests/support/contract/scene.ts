/** How a test brings an operation of the services to each of its documented answers. */

import type { Answer } from '../client.ts'
import type { TestLab } from '../lab.ts'

export type Scenes = {
  /** Sends a documented body (none where there is none) where it succeeds. Called once for each, anew. */
  succeeds(lab: TestLab, example: unknown): Promise<Answer>
  /** What else can be answered: a refusal by its code, another success by its status or media type. */
  others?: Readonly<Record<string, (lab: TestLab) => Promise<Answer>>>
}

/** `GET /devices` and its scenes. The keys are the contract's list of routes (rest-api.md, 2 to 4). */
export type ServiceScenes = Readonly<Record<string, Scenes>>

/** Both services answer these. */
export function commonScenes(service: 'device' | 'workflow'): ServiceScenes {
  const get = (path: string) => ({ succeeds: (lab: TestLab) => lab[service].get(path) })
  return {
    'GET /health': get('/health'),
    'GET /openapi.json': get('/openapi.json'),
    'GET /docs': get('/docs'),
    'GET /events': {
      succeeds: (lab) => lab[service].get('/events?after=0', { Accept: 'application/json' }),
      others: {
        'text/event-stream': async (lab) => {
          const over = new AbortController()
          const response = await fetch(`${lab[service].url}/events`, { signal: over.signal })
          const { status, headers } = response
          over.abort()
          return { status, headers, body: '' }
        },
      },
    },
  }
}
