/** A page that is opened while the lab waits for its database server: it says so, and fills by itself. */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { startServer } from '../../setup/postgres-server.ts'
import { layLine } from '../../support/line.ts'

const program = join(import.meta.dirname, '..', '..', '..', 'out', 'main', 'headless.js')

test('tells what is waited for, and fills when the server is there', async ({ page }) => {
  const server = await startServer()
  const line = await layLine(server.url)
  const uiPort = await freePort()
  const flags = ['--device-port=0', '--workflow-port=0', `--ui-port=${uiPort}`, '--demo-logs=0']
  const child = spawn(process.execPath, [program, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DATABASE_URL: line.url, LAB_LOG_LEVEL: 'warn' },
  })
  const ended = once(child, 'exit')
  try {
    // It logs that it waits when its ports are open.
    await once(child.stderr, 'data')
    await page.goto(`http://127.0.0.1:${uiPort}/`)
    const { host } = new URL(line.url)
    await expect(page.getByRole('status').filter({ hasText: 'Waiting for the database server.' })).toContainText(
      `The database postgres on ${host} does not answer: connect ECONNREFUSED ${host}. The lab goes on as soon as it answers.`,
    )
    await line.mend()
    await expect(page.getByRole('article')).toHaveCount(5, { timeout: 45_000 })
    await expect(page.getByText('Waiting for the database server.')).toBeHidden()
  } finally {
    child.kill('SIGTERM')
    await ended
    await line.close()
    await server.stop()
  }
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
