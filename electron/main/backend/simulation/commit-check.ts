/** Looks at every transaction before it commits: whether the lab's rules hold for the devices and workflows it touched, and now and then for all. */

import { sql } from 'drizzle-orm'
import { brokenRules, brokenRulesOfSome } from '../database/lab-rules.ts'
import type { Database } from '../database/open.ts'
import type { BeforeCommit, Transaction } from '../services/lab.ts'

export type CommitCheck = {
  beforeCommit: BeforeCommit
  /** How many transactions changed something and were looked at. */
  commits(): number
  /** The first rules that were found broken, with the commands that broke them. */
  broken(): BrokenRules | undefined
  /** All rules, everywhere; the chain of events is only among these. */
  checkAll(): Promise<void>
}

export type BrokenRules = { at: Date; events: string[]; rules: unknown }

/** All rules everywhere every so many commits. */
const everyCommits = 500

export async function createCommitCheck(database: Database): Promise<CommitCheck> {
  // A function keeps its plan; as a statement of its own, planning it would take longer than all the rest of a transaction.
  await database.pool.query(`
    create function pg_temp.broken_rules(text[], text[]) returns table (broken_rule text, broken_by json)
    language plpgsql set plan_cache_mode = force_generic_plan as $$
    #variable_conflict use_column
    begin
      return query ${brokenRulesOfSome};
    end $$`)
  let commits = 0
  let broken: BrokenRules | undefined

  async function look(tx: Transaction): Promise<void> {
    const { events, now } = tx.context
    if (events.length === 0) return
    commits += 1
    const touched = (of: 'deviceId' | 'workflowId') => sql.param([...new Set(events.map((event) => event[of]).filter((id) => id != null))])
    const { rows } = await tx.execute(sql`
      select * from pg_temp.broken_rules(${touched('deviceId')}::text[], ${touched('workflowId')}::text[])`)
    if (rows.length > 0) tell(now, events.map(inWords), rows)
    if (commits % everyCommits === 0) {
      // The chain is checked without the events of this transaction, which are appended after this.
      const all = await brokenRules({ query: (statement: string) => tx.execute(sql.raw(statement)) })
      if (Object.keys(all).length > 0) tell(now, events.map(inWords), all)
    }
  }

  function tell(at: Date, events: string[], rules: unknown): void {
    broken ??= { at, events, rules }
  }

  return {
    beforeCommit: look,
    commits: () => commits,
    broken: () => broken,
    async checkAll() {
      const all = await brokenRules(database.pool)
      if (Object.keys(all).length > 0) tell(new Date(), ['at the end'], all)
    },
  }
}

function inWords({ kind, deviceId, workflowId }: { kind: string; deviceId?: string | null; workflowId?: string | null }): string {
  return [kind, deviceId, workflowId].filter((part) => part != null).join(' ')
}
