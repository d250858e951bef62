/** `npm run reset` as a process: a new lab in place of the old one, after the person has said yes. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { CannotOpenDatabase, DataFolderLocked } from './database/errors.ts'
import { parseOptions, TextWanted, WrongOption } from './options.ts'
import { type LabData, resetLab } from './reset-lab.ts'

/** Of the built program: out/main/reset.js stands two folders below the project. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = { migrations: join(root, 'db', 'migrations'), template: join(root, 'out', 'template') }

const help = `npm run reset -- [flags]

Deletes everything in the embedded database and loads a new demo lab. Stop the lab first.

  --yes             do not ask
  --data-dir <dir>  where the embedded database lives (LAB_DATA_DIR)
  --no-demo         leave the new database empty (LAB_DEMO=0)
  --demo-logs <n>   past execution logs of the demo lab (LAB_DEMO_LOGS)`

const sharedDatabase =
  'npm run reset only deletes the embedded database, and DATABASE_URL (or --database-url) names a server that others may be using. ' +
  'Leave it out, or have the database on that server dropped and created again by whoever looks after it.'

process.exitCode = await main()

/** @returns 0 done; 1 nothing was changed, because of what a sentence says; 2 it was asked in a wrong way */
async function main(): Promise<0 | 1 | 2> {
  const args = process.argv.slice(2)
  if (args.includes('--help') || args.includes('-h')) return print(help)
  const yes = args.includes('--yes')
  try {
    const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
    const rest = args.filter((argument) => argument !== '--yes')
    const { dataDir, databaseUrl, demo, demoLogs } = parseOptions(rest, process.env, version)
    if (databaseUrl !== undefined) return refuse(sharedDatabase)
    if (!yes && !process.stdin.isTTY) return refuse('Nobody is there to be asked. To delete the lab without a question, add --yes.')

    const logger = pino({ level: process.env.LAB_LOG_LEVEL ?? 'warn' }, pino.destination({ dest: 2, sync: true }))
    const outcome = await resetLab({ dataDir, demo, demoLogs, folders, logger, mayDelete: async (data) => yes || ask(dataDir, data) })
    if (outcome === 'kept') return say('Nothing was changed.')
    const newLab = demo === false ? 'an empty lab' : `a new demo lab with ${demoLogs} execution logs`
    return print(`${dataDir} has ${newLab}. Start it with "npm start".`)
  } catch (error) {
    if (error instanceof TextWanted) return print(error.message)
    if (error instanceof WrongOption) return refuse(error.message)
    if (error instanceof DataFolderLocked) return say(`${error.message}${howToStop(error)}`)
    if (error instanceof CannotOpenDatabase) return say(error.message)
    throw error
  }
}

async function ask(dataDir: string, { bytes, lastChange }: LabData): Promise<boolean> {
  const since = `${lastChange.toISOString().slice(0, 16).replace('T', ' ')} UTC`
  const dialogue = createInterface({ input: process.stdin, output: process.stdout })
  // Ctrl+C and Ctrl+D answer nothing, and that is no yes.
  const closed = new Promise<string>((resolve) => dialogue.once('close', () => resolve('')))
  const question = `This deletes the lab in ${dataDir} (${Math.ceil(bytes / 1e6)} MB, last changed ${since}) for good. Go on? [y/N] `
  const answer = await Promise.race([dialogue.question(question), closed])
  dialogue.close()
  return /^y(es)?$/i.test(answer.trim())
}

/** Of another computer's program the lock's own sentence says all there is to say. */
function howToStop({ pid }: DataFolderLocked): string {
  if (pid === undefined) return ''
  const kill = process.platform === 'win32' ? '' : `, or run "kill ${pid}"`
  return ` Stop it first: press Ctrl+C where it runs${kill}.`
}

function print(text: string): 0 {
  process.stdout.write(`${text}\n`)
  return 0
}

function say(sentence: string): 1 {
  process.stderr.write(`${sentence}\n`)
  return 1
}

function refuse(sentence: string): 2 {
  process.stderr.write(`${sentence}\n`)
  return 2
}
