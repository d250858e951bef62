/** Random commands at once: whatever order they end in, the answers and the state fit some order of single requests. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { brokenRules } from '../../../electron/main/backend/database/lab-rules.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { patientClock } from '../../support/patient-clock.ts'
import { type Bench, setUpBench } from './bench.ts'
import { anyWish, batchesOf, type Command, deviceNames, type Wish } from './commands.ts'
import { type Answered, explain } from './explain.ts'
import { patience, runs, seed } from './fuzz.ts'
import { type View, view } from './reference.ts'

const usualRuns = 6
const longest = 8
const atOnce = { minLength: 2, maxLength: 4, size: 'max' } as const

onBothDatabases('commands at once', { demoLogs: 0, clock: patientClock }, (lab) => {
  it(
    `are answered as if one came after another (seed ${seed})`,
    async () => {
      const property = fc.asyncProperty(batchesOf(anyBatch, longest), async (batches) => {
        const { pool } = lab().lab.database
        // What an earlier run broke stays broken: shrinking must not take it for this one's.
        const broken = await brokenRules(pool)
        const bench = await setUpBench(lab())
        for (const batch of batches) {
          await race(bench, batch)
          expect(await brokenRules(pool)).toEqual(broken)
        }
      })
      await fc.assert(property, runs(usualRuns))
    },
    patience(usualRuns),
  )
})

/** In half of them all mean the same workflow on the same device. */
const anyBatch = fc
  .record({ wishes: fc.array(anyWish, atOnce), onOne: fc.option(fc.nat(6)) })
  .map(({ wishes, onOne }) => (onOne === null ? wishes : wishes.map((wish) => meaning(wish, onOne))))

function meaning(wish: Wish, workflow: number): Wish {
  const on = 'device' in wish ? { ...wish, device: 'd0' } : wish
  return 'workflow' in on && on.workflow !== 'holder' ? { ...on, workflow } : on
}

async function race(bench: Bench, wishes: Wish[]): Promise<void> {
  const before = structuredClone(bench.lab)
  const history = await fire(
    bench,
    wishes.map((wish) => bench.resolve(wish)),
  )
  const seen: Record<string, View> = {}
  for (const device of deviceNames) seen[device] = await bench.observe(device)

  const faults = history.filter(({ reply }) => reply.status >= 500 && reply.code !== 'operation_failed')
  expect(faults).toEqual([])
  const after = explain(before, history, seen)
  if (!after) throw new Error(`no order of these commands explains their answers and what they left:\n${told(bench, history, seen)}`)
  bench.lab = after
  bench.readVersions()
}

/** Sends all of them before any is answered. What hangs is ended by a forced release, which is then part of the history. */
async function fire(bench: Bench, commands: Command[]): Promise<Answered[]> {
  const history: Answered[] = []
  let tick = 0
  async function send(command: Command): Promise<void> {
    const sentAt = tick++
    const reply = await bench.send(command)
    history.push({ command, reply, sentAt, answeredAt: tick++ })
  }

  let left = commands.length
  const all = commands.map((command) =>
    send(command).finally(() => {
      left -= 1
    }),
  )
  await Promise.all(all.filter((_, index) => !mayHang(bench, commands[index])))
  while (left > 0) {
    for (const device of deviceNames) {
      if (await bench.isRunning(device)) await send(bench.resolve({ kind: 'forceRelease', device }))
    }
  }
  await Promise.all(all)
  return history
}

function mayHang(bench: Bench, command: Command | undefined): boolean {
  if (command?.kind === 'execute') return command.simulate === 'hang'
  return (
    command?.kind === 'executeStep' && bench.lab.workflows[command.workflow]?.steps.some(({ simulate }) => simulate === 'hang') === true
  )
}

function told(bench: Bench, history: Answered[], seen: Record<string, View>): string {
  const before = Object.fromEntries(deviceNames.map((name) => [name, view(bench.lab, name)]))
  const lines = history.map(
    ({ command, reply, sentAt, answeredAt }) => `${sentAt}–${answeredAt} ${JSON.stringify(command)} → ${JSON.stringify(reply)}`,
  )
  return ['before', JSON.stringify(before, null, 1), ...lines, 'after', JSON.stringify(seen, null, 1)].join('\n')
}
