/** What a command works with: the lab's client, the terminal, and whether programs read the answer. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { priorities } from '../shared/domain/queue.ts'
import { type Client, createClient, type Service } from './client.ts'
import { WrongUsage } from './failures.ts'
import { type Columns, tableLines } from './table.ts'
import { say, type Terminal } from './terminal.ts'

export type Context = {
  client: Client
  terminal: Terminal
  json: boolean
  /** The answer: as JSON, or as one sentence. */
  tell(answer: unknown, sentence: string): Promise<void>
  /** The answer: as JSON, or as a table; `none` is said aside when there is nothing in it. */
  show<Row>(rows: readonly Row[], columns: Columns<Row>, none: string): Promise<void>
}

/** Options that every command has. */
export function addCommonOptions(program: Command): void {
  program
    .addOption(new Option('--device-url <url>', `the device service (LAB_DEVICE_URL, else ${usual.device})`))
    .addOption(new Option('--workflow-url <url>', `the workflow service (LAB_WORKFLOW_URL, else ${usual.workflow})`))
    .addOption(new Option('--token <t>', "the lab's token, where it wants one (LAB_TOKEN)"))
    .addOption(new Option('--operator <name>', 'who does it, for the history (LAB_OPERATOR)'))
    .addOption(new Option('--json', 'print what the service answers, as JSON'))
}

/** @throws WrongUsage */
export function createContext(command: Command, terminal: Terminal): Context {
  const given: { deviceUrl?: string; workflowUrl?: string; token?: string; operator?: string; json?: true } = command.optsWithGlobals()
  const { environment, out, err } = terminal
  const client = createClient({
    urls: {
      device: addressOf('device', given.deviceUrl, environment.LAB_DEVICE_URL),
      workflow: addressOf('workflow', given.workflowUrl, environment.LAB_WORKFLOW_URL),
    },
    token: headerText('--token', given.token ?? environment.LAB_TOKEN, /^[\x21-\x7e]+$/),
    operator: headerText('--operator', given.operator ?? environment.LAB_OPERATOR, /^\P{Cc}+$/u),
    stopped: terminal.stopped,
  })
  const json = given.json === true
  return {
    client,
    terminal,
    json,
    tell: (answer, sentence) => say(out, json ? JSON.stringify(answer, null, 2) : sentence),
    async show(rows, columns, none) {
      if (json) await say(out, JSON.stringify(rows, null, 2))
      else if (rows.length === 0) await say(err, none)
      else await say(out, tableLines(rows, columns).join('\n'))
    },
  }
}

export const priorityOption = () => new Option('--priority <p>', priorities.join(', ')).choices(priorities)

/** Of what may be given more than once. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER) {
  return (value: string): number => {
    const number = Number(value)
    if (/^\d{1,15}$/.test(value) && number >= least && number <= most) return number
    throw new InvalidArgumentError(`It must be a whole number from ${least}${most < Number.MAX_SAFE_INTEGER ? ` to ${most}` : ''}.`)
  }
}

const usual: Readonly<Record<Service, string>> = { device: 'http://127.0.0.1:5001', workflow: 'http://127.0.0.1:5002' }

/** An empty variable counts as none. Without the slash at the end, as paths begin with one. */
function addressOf(service: Service, flag: string | undefined, variable: string | undefined): string {
  const address = flag ?? (variable || usual[service])
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new WrongUsage(`The ${service} service's address must look like ${usual[service]}, not "${address}".`)
  }
  return address.replace(/\/+$/, '')
}

function headerText(name: string, value: string | undefined, allowed: RegExp): string | undefined {
  if (!value) return undefined
  if (!allowed.test(value)) throw new WrongUsage(`${name} has a character in it that cannot be sent.`)
  return value
}
