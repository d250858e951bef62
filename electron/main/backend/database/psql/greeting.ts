/** How a guest comes in: its startup packet, a password where one is wanted, its settings, and what it is told about the server. */

import type { Socket } from 'node:net'
import type { SessionClient } from '../session-client.ts'
import { queryMessage } from '../wire.ts'
import * as answers from './answers.ts'
import { type MessageReader, NotTheProtocol, readStartup, type, typeOf } from './messages.ts'

/** The guest is sent away; `code` is an SQLSTATE. */
export class Refused extends Error {
  override name = 'Refused'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Answers requests for encryption until the startup packet itself comes.
 * @returns its parameters; undefined when the client is gone or came only to cancel, which nobody here can do
 * @throws NotTheProtocol, Refused
 */
export async function readParameters(reader: MessageReader, socket: Socket): Promise<Map<string, string> | undefined> {
  for (let packet = await reader.startup(); packet; packet = await reader.startup()) {
    const startup = readStartup(packet)
    if (startup.kind === 'cancel') return undefined
    if (startup.kind === 'encryption') {
      socket.write(answers.noEncryption)
      continue
    }
    const { version, parameters } = startup
    if (version.major !== 3)
      throw new Refused('0A000', `unsupported frontend protocol ${version.major}.${version.minor}: server supports 3.0`)
    const unknown = [...parameters.keys()].filter((name) => name.startsWith('_pq_.'))
    if (version.minor > 0 || unknown.length > 0) socket.write(answers.negotiateVersion(unknown))
    return parameters
  }
  return undefined
}

/**
 * @returns false when the client is gone
 * @throws Refused
 */
export async function askForPassword(
  reader: MessageReader,
  socket: Socket,
  { user, isPassword }: { user: string; isPassword: (given: string) => boolean },
): Promise<boolean> {
  socket.write(answers.passwordWanted)
  const message = await reader.message()
  if (!message) return false
  if (typeOf(message) !== type.password) throw new NotTheProtocol('expected password response')
  if (!isPassword(message.toString('utf8', 5, message.length - 1))) {
    throw new Refused('28P01', `password authentication failed for user "${user}"; the password is the token of this Benchkeeper`)
  }
  return true
}

/** What drivers want to know at once (PostgreSQL docs, "Asynchronous Operations"). */
const reported = [
  ...['application_name', 'client_encoding', 'DateStyle', 'default_transaction_read_only', 'in_hot_standby', 'integer_datetimes'],
  ...['IntervalStyle', 'is_superuser', 'scram_iterations', 'search_path', 'server_encoding', 'server_version', 'session_authorization'],
  ...['standard_conforming_strings', 'TimeZone'],
]

/**
 * Takes over the settings that the guest wishes for.
 * @returns the messages that tell it those of the session
 * @throws Refused
 */
export async function settle(client: SessionClient, parameters: ReadonlyMap<string, string>): Promise<Buffer> {
  const wishes = settingsOf(parameters).map(([name, value]) =>
    queryMessage(`select set_config(${literal(name)}, ${literal(value)}, false)`),
  )
  const values = `select json_object_agg(name, current_setting(name)) from unnest(array[${reported.map(literal).join()}]) name`
  const wished = wishes.length > 0 ? await client.send(Buffer.concat(wishes)) : Buffer.alloc(0)
  const error = answers.firstError(wished)
  if (error) throw new Refused(error.code, error.text)

  const told = JSON.parse(answers.onlyValue(await client.send(queryMessage(values))) ?? '{}') as Record<string, string> // what the query builds
  return Buffer.concat(Object.entries(told).map(([name, value]) => answers.parameterStatus(name, value)))
}

const noSettings = new Set(['user', 'database', 'options', 'replication'])

/** Any parameter may be a setting; `options` holds further ones as on the command line, `-c name=value`. */
function settingsOf(parameters: ReadonlyMap<string, string>): [name: string, value: string][] {
  const direct = [...parameters].filter(([name]) => !noSettings.has(name) && !name.startsWith('_pq_.'))
  const words = (parameters.get('options') ?? '').match(/(?:\\.|[^\s\\])+/g) ?? []
  const assignments = words.filter((word) => word !== '-c').map((word) => word.replace(/^(-c|--)/, '').replaceAll(/\\(.)/g, '$1'))
  return [...direct, ...assignments.map((assignment): [string, string] => split(assignment))]
}

function split(assignment: string): [string, string] {
  const at = assignment.indexOf('=')
  return at < 0 ? [assignment, ''] : [assignment.slice(0, at).replaceAll('-', '_'), assignment.slice(at + 1)]
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
