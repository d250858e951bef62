/** The program without a window: reads its options, starts the lab, says that it is ready, and ends in order. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { keepLab } from './keep-lab.ts'
import { parseOptions, TextWanted, WrongOption } from './options.ts'

/** Of the built program: out/main/headless.js stands two folders below the project, or below the packaged resources. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const folders = {
  migrations: join(root, 'db', 'migrations'),
  template: join(root, 'out', 'template'),
  pages: join(root, 'out', 'renderer'),
  checkThread: join(root, 'out', 'main', 'check-data-thread.js'),
}

await main()

async function main(): Promise<void> {
  const version = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
  const options = readOptions(version)
  if (!options) return
  const logger = pino({ level: process.env.LAB_LOG_LEVEL ?? 'info' }, pino.destination({ dest: 2, sync: true }))

  let ending = false
  try {
    const lab = await keepLab(
      { ...options, version, logger, folders },
      () => {},
      // Nothing is open any more, so that the process ends by itself.
      (error) => fail(sentenceOf(error), 1),
    )
    endOnSignal(() => lab.close())
    await lab.ready.catch(async (error: unknown) => {
      await lab.close()
      throw error
    })
    if (ending) return
    const { device, workflow, ui } = lab.urls
    process.stdout.write(`ready device=${device} workflow=${workflow} ui=${ui}\n`)
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return
    logger.debug({ err: error }, 'the lab could not start')
    fail(sentenceOf(error), 1)
  }

  function endOnSignal(close: () => Promise<void>): void {
    const end = (signal: NodeJS.Signals) => {
      if (ending) return
      ending = true
      logger.info({ signal }, 'stopping')
      close().then(
        () => process.exit(0),
        (error: unknown) => {
          logger.error({ err: error }, 'stopping in order failed')
          process.exit(1)
        },
      )
    }
    process.on('SIGINT', end)
    process.on('SIGTERM', end)
  }
}

function readOptions(version: string) {
  try {
    return parseOptions(process.argv.slice(2), process.env, version)
  } catch (error) {
    if (error instanceof TextWanted) process.stdout.write(`${error.message}\n`)
    else if (error instanceof WrongOption) fail(error.message, 2)
    else throw error
    return undefined
  }
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** One clear line. */
function fail(message: string, code: 1 | 2): void {
  process.stderr.write(`benchkeeper: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`)
  process.exitCode = code
}
