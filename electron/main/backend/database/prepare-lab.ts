/** What happens once in a database's life, at the program's first start on it: the demo lab, unless it is not wanted. */

import { eq } from 'drizzle-orm'
import type { Logger } from 'pino'
import { settings } from '../../../../db/schema/settings.ts'
import { loadDemoLab } from './demo-lab.ts'
import type { Database } from './open.ts'

/** The row of `settings` that says that the database is not new any more. */
const preparedKey = 'prepared'

/** `demo` undefined: as the default is, which is yes. */
export type PrepareOptions = { demo: boolean | undefined; demoLogs: number; logger: Logger }

/** A crash in the middle is made good at the next start; of two programs that start on one new server at the same time, one does it. */
export async function prepareLab(database: Database, { demo, demoLogs, logger }: PrepareOptions): Promise<void> {
  const [prepared] = await database.db.select().from(settings).where(eq(settings.key, preparedKey))
  if (prepared) {
    if (demo) logger.info('the demo lab is only loaded into a new database; this one is not new')
    return
  }
  if (demo !== false) {
    await loadDemoLab(database, { logs: demoLogs })
    await database.checkpoint()
    logger.info({ logs: demoLogs }, 'the demo lab has been loaded')
  }
  await database.db.insert(settings).values({ key: preparedKey, value: true }).onConflictDoNothing()
}
