/** What must be true of the database at every moment, as a test states it. */

import type { Pool } from 'pg'
import { expect } from 'vitest'
import { brokenRules } from '../../electron/main/backend/database/lab-rules.ts'

/** Fails naming the rules that are broken, with the rows that break them. */
export async function expectInvariants(pool: Pool): Promise<void> {
  expect(await brokenRules(pool)).toEqual({})
}
