/** Random commands one after another: every answer and every state is what the reference model says. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { brokenRules } from '../../../electron/main/backend/database/lab-rules.ts'
import { onBothDatabases } from '../../support/lab.ts'
import { patientClock } from '../../support/patient-clock.ts'
import { type Bench, setUpBench } from './bench.ts'
import { anyWish, batchesOf, type Command, deviceNames, type Wish } from './commands.ts'
import { patience, runs, seed } from './fuzz.ts'
import { apply, canFinish, finish, view } from './reference.ts'
import type { Reply } from './state.ts'

const usualRuns = 6
const longest = 30

onBothDatabases('commands one after another', { demoLogs: 0, clock: patientClock }, (lab) => {
  it(
    `are answered as the contract says (seed ${seed})`,
    async () => {
      const property = fc.asyncProperty(batchesOf(fc.tuple(anyWish), longest), async (batches) => {
        const { pool } = lab().lab.database
        // What an earlier run broke stays broken: shrinking must not take it for this one's.
        const broken = await brokenRules(pool)
        await compare(await setUpBench(lab()), batches.flat())
        expect(await brokenRules(pool)).toEqual(broken)
      })
      await fc.assert(property, runs(usualRuns))
    },
    patience(usualRuns),
  )
})

async function compare(bench: Bench, wishes: Wish[]): Promise<void> {
  const waiting = new Map<string, Promise<Reply>>()
  const done: Command[] = []

  async function compareOne(wish: Wish): Promise<void> {
    const command = bench.resolve(wish)
    done.push(command)
    apply(bench.lab, command)
    for (const device of deviceNames) if (canFinish(bench.lab, device)) finish(bench.lab, device)

    const answer = bench.send(command)
    waiting.set(command.ref, answer)
    // What hangs is awaited when something has ended it; until then the next command comes while it runs.
    if (!bench.lab.replies[command.ref]) await running(bench, command, answer)
    for (const [ref, promise] of waiting) {
      const expected = bench.lab.replies[ref]
      if (!expected) continue
      waiting.delete(ref)
      expect({ done, ref, reply: await promise }).toEqual({ done, ref, reply: expected })
    }
    await compareState([deviceOf(bench, command)])
    bench.readVersions()
  }

  async function compareState(devices: readonly string[]): Promise<void> {
    for (const device of devices) expect({ done, ...(await bench.observe(device)) }).toEqual({ done, ...view(bench.lab, device) })
  }

  try {
    for (const wish of wishes) await compareOne(wish)
    await compareState(deviceNames)
  } finally {
    // Nothing may be left that hangs, whatever was found.
    for (const device of deviceNames) await bench.send(bench.resolve({ kind: 'forceRelease', device }))
    await Promise.all(waiting.values())
  }
}

/** Resolves when the operation can be seen running, or was answered although the model says that it hangs. */
async function running(bench: Bench, command: Command, answer: Promise<Reply>): Promise<void> {
  let over = false
  const told = () => {
    over = true
  }
  answer.then(told, told)
  while (!over && !(await bench.isRunning(deviceOf(bench, command))));
}

/** The device that a command is about. */
function deviceOf(bench: Bench, command: Command): string {
  return 'device' in command ? command.device : (bench.lab.workflows[command.workflow]?.device ?? 'd0')
}
