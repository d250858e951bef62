/** The built program, killed at random moments of a busy day, again and again on the same data: nothing is lost, guessed or done twice. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client as PgClient } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { between, createRandom, wholeBetween } from '../../electron/main/backend/database/demo/random.ts'
import { connectGuest } from '../support/guests.ts'
import { buildProgram, type Headless, startHeadless } from '../support/headless.ts'
import { betweenSteps, expectNothingGuessed } from '../support/kill/after-restart.ts'
import { type Lab, letCrowdIn } from '../support/kill/crowd.ts'
import { copyOfDead, type Snapshot, takeSnapshot, type WorkflowState } from '../support/kill/snapshot.ts'

const kills = 30
const seed = Number(process.env.LAB_KILL_SEED ?? Date.now() % 1_000_000)
const devices = ['bench-1', 'bench-2', 'bench-3', 'bench-4', 'bench-5', 'bench-6']
/** An operation of five nominal seconds takes 200 ms. */
const flags = ['--no-demo', '--sim-speed', '25']

describe(`killed ${kills} times (LAB_KILL_SEED=${seed})`, { timeout: 120_000 }, () => {
  const random = createRandom(seed, 'kills')
  const folder = mkdtempSync(join(tmpdir(), 'benchkeeper-kill-'))
  const dataDir = join(folder, 'data')
  /** Interrupted workflows that nobody has decided on yet, as they were left. */
  const leftAlone = new Map<string, { workflow: WorkflowState; devices: string[] }>()
  const promised = new Set<string>()
  let killedAtWork = 0
  let program: Headless | undefined
  let psql: PgClient | undefined
  let lab: Lab

  async function start(): Promise<Lab & { psql: PgClient }> {
    program = startHeadless(dataDir, flags)
    const { device, workflow, psqlPort } = await program.ready
    psql = await connectGuest(psqlPort)
    return { device, workflow, psql }
  }

  beforeAll(async () => {
    await buildProgram()
    lab = await start()
    for (const id of devices) await lab.device.post('/devices', { id, name: id, type: 'other' })
  }, 180_000)
  afterAll(async () => {
    await psql?.end()
    await program?.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  test.each(Array.from({ length: kills }, (_, index) => index + 1))('kill %i', async (kill) => {
    const crowd = letCrowdIn(lab, `c${kill}`, random, { devices, leftAlone: new Set(leftAlone.keys()) })
    await crowd.answered(wholeBetween(random, 8, 40))
    await delay(between(random, 0, 40))
    await program?.kill()
    await crowd.ended
    expect(crowd.wrong).toEqual([])
    for (const operator of crowd.acknowledged) promised.add(operator)

    const dead = copyOfDead(dataDir)
    const diesAtStart = kill % 3 === 0
    if (diesAtStart) {
      const stillborn = startHeadless(dataDir, flags)
      await delay(between(random, 0, 900))
      await stillborn.kill()
    }
    const [before, restarted] = await Promise.all([dead.read(), start()])
    lab = restarted
    const after = await takeSnapshot(restarted.psql)
    if (before.running.length > 0) killedAtWork += 1

    // What this kill did wrong is not held against the next.
    const lost = [...promised].filter((operator) => !before.operators.has(operator))
    for (const operator of lost) promised.delete(operator)
    const alone = [...leftAlone]
    leftAlone.clear()
    expect(lost).toEqual([])
    expectNothingGuessed(before, after)
    for (const [id, was] of alone) {
      expect(after.workflows.get(id)).toEqual(was.workflow)
      expect(devicesOf(after, id)).toEqual(was.devices)
    }
    // A program that was killed while it started may have taken them one step further.
    if (!diesAtStart) await goOn(betweenSteps(before), before.lastEvent)
    for (const [id, was] of alone) if (random() < 0.6) leftAlone.set(id, was)
    await decide(after)
  })

  test('most kills met a lab at work', () => {
    expect(killedAtWork).toBeGreaterThan(kills / 2)
  })

  test('in the end everybody decides, and everything comes to its end', async () => {
    leftAlone.clear()
    await expect
      .poll(
        async () => {
          const now = await takeSnapshot(psql as PgClient) // open since the last start
          await decide(now)
          for (const { id, status } of now.workflows.values()) {
            if (status === 'awaiting_recovery' || status === 'interrupted') await tell(id, 'recover', { action: 'retry', parameters: {} })
            if (status === 'paused') await tell(id, 'resume', { on_busy: 'queue' })
          }
          for (const id of now.offline) await lab.device.patch(`/devices/${id}`, { connection: 'online' })
          return [...now.workflows.values()].filter(({ status }) => !['completed', 'failed', 'cancelled', 'created'].includes(status))
        },
        { timeout: 100_000, interval: 100 },
      )
      .toEqual([])
    const end = await takeSnapshot(psql as PgClient) // open since the last start
    expect([end.bookings.size, end.queues.size, end.broken]).toEqual([0, 0, {}])
  })

  function tell(id: string, command: string, body: object) {
    return lab.workflow.post(`/workflows/${id}/${command}`, body)
  }

  /** Each has started its next step, got in line for its device, or completed, without anybody's word. */
  async function goOn(ids: string[], since: number): Promise<void> {
    const waiting = async () => {
      const { rows } = await (psql as PgClient).query(
        `select distinct workflow_id from events where id > $1 and kind in ('step.started', 'workflow.completed', 'queue.entry_added')`,
        [since],
      )
      const went = new Set(rows.map(({ workflow_id }) => workflow_id))
      return ids.filter((id) => !went.has(id))
    }
    try {
      await expect.poll(waiting, { timeout: 20_000, interval: 20 }).toEqual([])
    } catch (error) {
      const now = await takeSnapshot(psql as PgClient)
      const stuck = (await waiting()).map((id) => ({ ...now.workflows.get(id), holds: devicesOf(now, id), waits: now.waiting.has(id) }))
      throw new Error(`These did not go on: ${JSON.stringify({ stuck, offline: [...now.offline], running: now.running })}`, {
        cause: error,
      })
    }
  }

  function devicesOf({ bookings }: Snapshot, id: string): string[] {
    return devices.filter((device) => bookings.get(device)?.workflow_id === id)
  }

  /** Some of the interrupted are left alone for a while; scripts that died with the program give their devices back. */
  async function decide(now: Snapshot): Promise<void> {
    for (const [device, { workflow_id }] of now.bookings) {
      if (workflow_id.startsWith('script-')) await lab.device.post(`/devices/${device}/release`, { workflow_id })
    }
    for (const workflow of now.workflows.values()) {
      if (workflow.status === 'interrupted' && leftAlone.size < 2 && random() < 0.3) {
        leftAlone.set(workflow.id, { workflow, devices: devicesOf(now, workflow.id) })
      }
    }
  }
})
