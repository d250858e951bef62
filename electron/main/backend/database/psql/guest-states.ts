/**
 * What a guest changes in the one session, kept apart: settings, role, prepared statements, LISTEN. `exit` takes it out and makes the session
 * the program's again, `enter` brings it back. Nothing the guest says is interpreted for that: the session itself is asked.
 */

import type { Session } from '../pglite-session.ts'
import type { Visit } from '../session-client.ts'
import { credentials } from '../session-stream.ts'
import { listenStatement } from '../store.ts'
import { queryMessage, summarize, syncMessage } from '../wire.ts'
import { onlyValue } from './answers.ts'
import { parseAndRun, parseMessage } from './statements.ts'

export type House = {
  /** What the program listens to. */
  channels(): readonly string[]
  /** A guest has made the session deaf for a while. */
  onMissed(): void
}

export type GuestVisit = Visit & {
  /** The Parse message of the guest's unnamed statement, which is gone once somebody else was in the session. */
  unnamed: Buffer | undefined
}

export type GuestStates = {
  visit(): GuestVisit
  /** PostgreSQL died: there is nothing to remove any more. */
  forget(): void
}

type Statement = { name: string; text: string; types: number[]; fromSql: boolean }
type State = {
  statements: Statement[]
  settings: { name: string; value: string }[]
  user: string
  role: string
  channels: string[]
  /** The statements that remove temporary tables and held cursors. */
  removals: string[]
}

/** Temporary tables and held cursors cannot be put away; the session has one set of them for all guests, until their maker leaves. */
const removals = `
  select format('drop %s if exists pg_temp.%I cascade', case relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end, relname)
    from pg_catalog.pg_class where relnamespace = pg_catalog.pg_my_temp_schema() and relkind in ('r', 'p', 'v', 'S')
  union all select format('close %I', name) from pg_catalog.pg_cursors where is_holdable`
const statements = `
  select coalesce(json_agg(json_build_object('name', name, 'text', statement, 'types', parameter_types::oid[]::bigint[], 'fromSql', from_sql)), '[]')
    from pg_catalog.pg_prepared_statements`
const everything = `
  select json_build_object(
    'statements', (${statements}),
    'settings', (select coalesce(json_agg(json_build_object('name', name, 'value', setting)), '[]') from pg_catalog.pg_settings where source = 'session'),
    'user', session_user, 'role', current_setting('role'),
    'channels', (select coalesce(json_agg(channel), '[]') from pg_listening_channels() channel),
    'removals', (select coalesce(json_agg(format), '[]') from (${removals}) removals))`

export function createGuestStates(house: House): GuestStates {
  const visits = new Set<{ removals: string[] }>()
  /** As they were when the last guest came in. */
  let houseStatements: Statement[] = []

  function visit(): GuestVisit {
    const own: { state: State | undefined; removals: string[] } = { state: undefined, removals: [] }
    const others = () => [...visits].filter((each) => each !== own).flatMap((each) => each.removals)

    const guest: GuestVisit = {
      unnamed: undefined,
      async enter(session) {
        houseStatements = await ask<Statement[]>(session, statements)
        visits.add(own)
        const { state } = own
        if (!state) return
        const clashing = state.statements.filter(({ name }) => houseStatements.some((each) => each.name === name))
        // What does not come back by one message (a role that was dropped) does not hinder the others.
        await session.execute(
          Buffer.concat([...clashing.map(deallocate), ...restore(state), ...(guest.unnamed ? [guest.unnamed] : []), syncMessage]),
        )
      },
      async exit(session) {
        const found = await ask<State>(session, everything)
        const foreign = others()
        own.removals = found.removals.filter((statement) => !foreign.includes(statement))
        own.state = { ...found, statements: without(found.statements, houseStatements) }
        await tidy(session, own.state, without(houseStatements, found.statements))
        const listens = house.channels().every((channel) => found.channels.includes(channel))
        if (!listens) house.onMissed()
      },
      async end(session) {
        visits.delete(own)
        const locks = 'select pg_advisory_unlock_all()'
        await session.execute(Buffer.concat([...own.removals, locks].map(queryMessage)))
      },
    }
    return guest
  }

  /** Makes the session the program's again. */
  async function tidy(session: Session, { statements, channels }: State, lost: Statement[]): Promise<void> {
    const foreign = channels.filter((channel) => !house.channels().includes(channel))
    const answer = await session.execute(
      Buffer.concat([
        // A single-user PostgreSQL has no default user to go back to.
        queryMessage(`set session authorization ${credentials.user}; reset role; reset all`),
        ...statements.map(deallocate),
        ...foreign.map((channel) => queryMessage(`unlisten ${quoted(channel)}`)),
        queryMessage(listenStatement(house.channels())),
      ]),
    )
    const { failed, status } = summarize(answer)
    if (failed || status !== 'I') throw new Error('a guest left the session in a state from which it does not come back')
    await session.execute(Buffer.concat([...lost.map(parseMessage), syncMessage]))
  }

  return { visit, forget: () => visits.clear() }
}

/** They change how all that follows is read, so they come last. */
const readingSettings = ['client_encoding', 'standard_conforming_strings']

function restore({ settings, statements, user, role }: State): Buffer[] {
  const changesReading = ({ name }: { name: string }) => readingSettings.includes(name)
  const set = ({ name, value }: { name: string; value: string }) =>
    queryMessage(`select set_config(${literal(name)}, ${literal(value)}, false)`)
  return [
    ...settings.filter((setting) => !changesReading(setting)).map(set),
    ...statements.map((statement) => (statement.fromSql ? parseAndRun(statement.text) : parseMessage(statement))),
    ...(user === credentials.user ? [] : [queryMessage(`set session authorization ${quoted(user)}`)]),
    ...(role === 'none' ? [] : [queryMessage(`set role ${quoted(role)}`)]),
    ...settings.filter(changesReading).map(set),
  ]
}

/** The value comes in Base64, which is the same in every encoding that a guest may have set. */
async function ask<T>(session: Session, query: string): Promise<T> {
  const answer = await session.execute(queryMessage(`select encode(convert_to((${query})::text, 'UTF8'), 'base64')`))
  const value = onlyValue(answer)
  if (value === undefined) throw new Error('the session does not say what state it is in')
  return JSON.parse(Buffer.from(value, 'base64').toString('utf8')) as T // what the queries above build
}

function without(all: Statement[], some: Statement[]): Statement[] {
  const keys = new Set(some.map((each) => JSON.stringify(each)))
  return all.filter((each) => !keys.has(JSON.stringify(each)))
}

function deallocate({ name }: Statement): Buffer {
  return queryMessage(`deallocate ${quoted(name)}`)
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
