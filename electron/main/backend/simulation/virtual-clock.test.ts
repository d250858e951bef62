import { describe, expect, test } from 'vitest'
import { createVirtualClock } from './virtual-clock.ts'

const start = new Date('2026-01-05T00:00:00Z')
const hour = 3_600_000
const idle = () => false

describe('virtual clock', () => {
  test('wakes who waits in order of time, those of one moment in the order they came', async () => {
    const clock = createVirtualClock(start)
    const woken: string[] = []
    const sleep = async (name: string, milliseconds: number) => {
      await clock.wait(milliseconds)
      woken.push(`${name} ${clock.now().toISOString().slice(11, 16)}`)
    }
    void sleep('b', 5 * hour)
    void sleep('a', 2 * hour)
    void sleep('c', 5 * hour)
    await clock.run(idle, () => woken.length === 3)
    expect(woken).toEqual(['a 02:00', 'b 05:00', 'c 05:00'])
  })

  test('whoever was woken goes on as far as it can before the next one is', async () => {
    const clock = createVirtualClock(start)
    const said: string[] = []
    async function work(name: string) {
      await clock.wait(hour)
      said.push(`${name} wakes`)
      for (let step = 0; step < 20; step += 1) await Promise.resolve()
      await new Promise(setImmediate)
      await new Promise<void>((resolve) => process.nextTick(resolve))
      said.push(`${name} is done`)
    }
    void work('a')
    void work('b')
    await clock.run(idle, () => said.length === 4)
    expect(said).toEqual(['a wakes', 'a is done', 'b wakes', 'b is done'])
  })

  test('stands still while something is under way', async () => {
    const clock = createVirtualClock(start)
    let busy = true
    let looks = 0
    const slept = clock.wait(hour).then(() => {
      expect(looks).toBeGreaterThanOrEqual(100)
    })
    const isBusy = () => {
      looks += 1
      if (looks === 100) busy = false
      return busy
    }
    await clock.run(isBusy, () => clock.now() > start)
    await slept
  })

  test('who gives up waiting is not woken, and time does not go there', async () => {
    const clock = createVirtualClock(start)
    const gone = new AbortController()
    const given = clock.wait(hour, gone.signal)
    const slept = clock.wait(2 * hour)
    gone.abort(new Error('no longer'))
    await expect(given).rejects.toThrow('no longer')
    await expect(clock.wait(hour, gone.signal)).rejects.toThrow('no longer')
    await clock.run(idle, () => clock.now() > start)
    await slept
    expect(clock.now().getTime() - start.getTime()).toBe(2 * hour)
  })

  test('says so when nothing is left that would ever go on', async () => {
    await expect(createVirtualClock(start).run(idle, () => false)).rejects.toThrow('At 2026-01-05T00:00:00.000Z nothing is left')
  })
})
