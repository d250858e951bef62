/** Inserts rows 1, 2, 3 … into a database of its own and says after each commit which one is safe, until somebody kills it. Argument: the data folder. */

import { join } from 'node:path'
import { openDatabase } from '../../../electron/main/backend/database/open.ts'

const [dataDir = '', templateFolder = ''] = process.argv.slice(2)
const database = await openDatabase({ dataDir, templateFolder, migrationsFolder: join('db', 'migrations') })
await database.pool.query('create table promises (number int)')

for (let number = 1; ; number += 1) {
  await database.pool.query('insert into promises values ($1)', [number])
  process.send?.(number)
  // Lets the message go.
  await new Promise(setImmediate)
}
