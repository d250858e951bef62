/** Execution logs for tests of lists: many at once, and page after page of what is answered. */

import { expect } from 'vitest'
import type { Answer, Client } from './client.ts'
import type { TestLab } from './lab.ts'

/** Writes `count` completed logs of a device that there need not be, `everyMs` apart from `start`. */
export async function writeLogs(
  { lab }: TestLab,
  deviceId: string,
  count: number,
  { start = '2025-03-01T00:00:00Z', everyMs = 1, padding = 0, operation = 'shake', workflowId = 'script', status = 'completed' } = {},
): Promise<void> {
  await lab.database.pool.query(
    `insert into execution_logs (device_id, workflow_id, operation, status, parameters, result, started_at, completed_at, duration_ms)
     select $1, $6, $5, $8::log_status, '{}', json_build_object('padding', repeat('x', $4::int)),
            $3::timestamptz + make_interval(secs => n * $7::float8 / 1000), now(), 5
       from generate_series(0, $2::int - 1) n`,
    [deviceId, count, start, padding, operation, workflowId, everyMs, status],
  )
}

/** Log ids as the database has them, oldest first. */
export async function logIds({ lab }: TestLab, deviceId: string): Promise<number[]> {
  const { rows } = await lab.database.pool.query('select id from execution_logs where device_id = $1 order by started_at, id', [deviceId])
  return rows.map(({ id }) => Number(id))
}

export function idsOf({ body }: Answer): number[] {
  return body.map((log: { id: number }) => log.id)
}

/** Follows `Link` from the first page to the last; `between` is called after each. */
export async function everyPage(client: Client, path: string, between: () => Promise<unknown> = async () => undefined): Promise<Answer[]> {
  const pages: Answer[] = []
  for (let next: string | undefined = path; next !== undefined; ) {
    const page: Answer = await client.get(next)
    expect(page).toMatchObject({ status: 200 })
    pages.push(page)
    next = nextOf(page)?.slice(client.url.length)
    await between()
  }
  return pages
}

/** The absolute address of the next page. */
export function nextOf({ headers }: Answer): string | undefined {
  return /^<(.+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1]
}
