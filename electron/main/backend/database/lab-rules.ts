/** What must be true of the lab's tables at every moment, whoever did what in whatever order: SQL that finds what breaks a rule. */

/** Conditions that keep a rule to some devices or workflows, given the column that names them. */
type Scope = { devices(column: string): string; workflows(column: string): string }

type Rules = Readonly<Record<string, (scope: Scope) => string>>

/** Each statement gives the rows that break the rule. */
const rules: Rules = {
  'a device has at most one active booking': ({ devices }) => `
    select device_id from device_bookings where status = 'active' and ${devices('device_id')} group by device_id having count(*) > 1`,
  'a device is busy exactly when it has an active booking': ({ devices }) => `
    select id from devices d where ${devices('d.id')}
       and (status = 'busy') <> exists (select 1 from device_bookings b where b.device_id = d.id and b.status = 'active')`,
  'a device that can be booked has no queue': ({ devices }) => `
    select id from devices d where ${devices('d.id')} and status = 'available' and mode = 'processing' and connection = 'online'
       and exists (select 1 from device_queue q where q.device_id = d.id and q.status = 'waiting')`,
  'queue_length counts the waiting entries': ({ devices }) => `
    select id from devices d where ${devices('d.id')}
       and queue_length <> (select count(*) from device_queue q where q.device_id = d.id and q.status = 'waiting')`,
  'a workflow waits at most once for a device': ({ devices }) => `
    select device_id, workflow_id from device_queue where status = 'waiting' and ${devices('device_id')}
     group by device_id, workflow_id having count(*) > 1`,
  'nobody waits for a device it holds': ({ devices }) => `
    select q.id from device_queue q join device_bookings b using (device_id, workflow_id)
     where ${devices('q.device_id')} and q.status = 'waiting' and b.status = 'active'`,
  'a workflow is queued exactly when it waits as a whole': ({ workflows }) => `
    select w.id from workflows w where ${workflows('w.id')}
       and (w.status = 'queued') <> exists (
         select 1 from device_queue q where q.workflow_id = w.id and q.status = 'waiting' and q.step_index is null)`,
  'only a running workflow waits for a device of a step': ({ workflows }) => `
    select w.id from workflows w join device_queue q on q.workflow_id = w.id and q.status = 'waiting' and q.step_index is not null
     where ${workflows('w.id')} and w.status <> 'running'`,
  'a workflow waits for one device at most': ({ workflows }) => `
    select w.id from workflows w join device_queue q on q.workflow_id = w.id and q.status = 'waiting'
     where ${workflows('w.id')} group by w.id having count(*) > 1`,
  // Holding means what the lab booked for it: scripts may book and wait as they like.
  'no workflows wait for each other in a circle': ({ workflows }) => `
    with recursive waits as (
      select q.workflow_id as waiter, b.workflow_id as holder
        from device_queue q
        join device_bookings b on b.device_id = q.device_id and b.status = 'active'
        join workflows w on w.id = b.workflow_id and (b.step_index is not null or b.device_id = w.device_id)
       where q.status = 'waiting'),
    chain as (
      select waiter, holder from waits where ${workflows('waiter')}
      union
      select chain.waiter, waits.holder from chain join waits on waits.waiter = chain.holder)
    select waiter as id from chain where waiter = holder`,
  'a released booking has its time, an active one has none': ({ devices }) => `
    select id from device_bookings where ${devices('device_id')} and (status = 'released') <> (released_at is not null)`,
  'no booking ends before it began or overlaps the next on its device': ({ devices }) => `
    select a.id from device_bookings a join device_bookings b on b.device_id = a.device_id and b.id > a.id
     where ${devices('a.device_id')} and (a.released_at is null or a.released_at > b.booked_at or a.released_at < a.booked_at)`,
  // A script may book anew in its name afterwards: any workflow id may book.
  'a workflow that has ended gave its devices back': ({ workflows }) => `
    select w.id from workflows w join device_bookings b on b.workflow_id = w.id and b.status = 'active'
       and (b.device_id = w.device_id or b.step_index is not null)
     where ${workflows('w.id')} and w.status in ('completed', 'failed', 'cancelled') and b.booked_at < w.completed_at`,
  'at most one operation runs on a device': ({ devices }) => `
    select device_id from execution_logs where status = 'running' and ${devices('device_id')} group by device_id having count(*) > 1`,
  'a step runs exactly when its operation does': ({ workflows }) => `
    select s.workflow_id, s.step_index from workflow_steps s where ${workflows('s.workflow_id')}
       and (s.status = 'running') <> exists (
         select 1 from execution_logs l where l.workflow_id = s.workflow_id and l.step_index = s.step_index and l.status = 'running')`,
  'an ended workflow has no step that waits or runs': ({ workflows }) => `
    select w.id from workflows w join workflow_steps s on s.workflow_id = w.id
     where ${workflows('w.id')} and w.status in ('completed', 'failed', 'cancelled') and s.status in ('pending', 'running')`,
}

const allRules: Rules = {
  ...rules,
  'the chain of events is whole': () => 'select first_broken_event() as id where first_broken_event() is not null',
}

const everywhere: Scope = { devices: () => 'true', workflows: () => 'true' }

/** The rules that are broken, each with the rows that break it. */
export async function brokenRules(database: {
  query(statement: string): Promise<{ rows: unknown[] }>
}): Promise<Record<string, unknown[]>> {
  const broken: Record<string, unknown[]> = {}
  for (const [rule, statement] of Object.entries(allRules)) {
    const { rows } = await database.query(statement(everywhere))
    if (rows.length > 0) broken[rule] = rows
  }
  return broken
}

/**
 * One statement for all rules, kept to some devices and workflows: the parameters are their ids, `$1 text[]` and `$2 text[]`. It gives
 * `rule, found` for each row that breaks one. The chain of events is not in it: it can only be checked as a whole.
 */
export const brokenRulesOfSome = Object.entries(rules)
  .map(([rule, statement]) => {
    const some = {
      devices: (column: string) => `${column} = any($1::text[])`,
      workflows: (column: string) => `${column} = any($2::text[])`,
    }
    return `select '${rule}' as rule, to_json(broken) as found from (${statement(some)}) broken`
  })
  .join('\nunion all\n')
