/** What the lab remembers of itself. */

import { json, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

export const settings = pgTable('settings', {
  key: text('key').primaryKey(),
  value: json('value').$type<unknown>().notNull(),
  updatedAt: instant('updated_at').notNull().defaultNow(),
})
