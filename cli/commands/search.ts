/** `logs search`: a range of the history on the screen, row by row as it arrives, however long it is. */

import { once } from 'node:events'
import type { Context } from '../context.ts'
import { lostOnTheWay } from '../failures.ts'
import { linesOf } from '../ndjson.ts'
import { say } from '../terminal.ts'
import { logSchema } from '../wire.ts'
import { type LogFilter, searchQuery } from './log-filter.ts'
import { logLines } from './log-lines.ts'

export async function searchLogs({ client, terminal, json }: Context, { limit, ...filter }: LogFilter & { limit?: number }): Promise<void> {
  const { out, err } = terminal
  const query = { ...searchQuery(filter), limit, format: json ? 'json' : 'ndjson' }
  const { body } = await client.open('device', '/execution-logs/search', { query })
  if (!body) return

  let found = 0
  try {
    if (json) {
      for await (const chunk of body) if (!out.write(chunk)) await once(out, 'drain')
      return
    }
    for await (const line of linesOf(body)) {
      const [log, heading] = [logSchema.parse(JSON.parse(line)), found === 0]
      for (const shown of logLines([log], { heading })) await say(out, shown)
      found += 1
    }
  } catch (error) {
    throw lostOnTheWay(error, 'There is more than you see')
  }
  if (found === 0) await say(err, 'There is nothing that fits.')
}
