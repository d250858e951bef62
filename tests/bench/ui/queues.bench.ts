/** How quick the queues are for whoever looks at them: a drop stored and shown, and a change by a script on the screen. */

import { queuesPage } from '../../e2e/pages/queues.ts'
import { book, newDevice, queueUp } from '../../e2e/support/scene.ts'
import { record, timingOf } from '../figures.ts'
import { expect, test } from './bench-test.ts'

const rounds = 25

type Drop = { shown: number; stored: number }

test('a drop', async ({ lab, page }) => {
  const device = await newDevice(lab)
  await book(lab, device)
  await queueUp(lab, device, ...Array.from({ length: 8 }, (_, n) => `w${n}`))
  const queues = queuesPage(page)
  await queues.open(device)
  const column = queues.column(device)
  await expect(column.handle('w7')).toBeVisible()

  const shown: number[] = []
  const stored: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const order = (await column.order()).filter((name) => name.startsWith('w'))
    const [above = '', below = ''] = [order[1], order[4]]
    await column.hold(below, column.row(above))
    await column.root.evaluate(watchDrop)
    await page.mouse.up()
    const times = await page.evaluate(() => (globalThis as unknown as { drop: Promise<Drop> }).drop)
    shown.push(times.shown)
    stored.push(times.stored)
  }
  record({
    name: 'queue drop, until the screen shows it',
    value: timingOf(shown).p50,
    unit: 'ms',
    ...percentiles(shown),
    target: 'at once',
  })
  record({
    name: 'queue drop, until it is stored and confirmed',
    value: timingOf(stored).p50,
    unit: 'ms',
    ...percentiles(stored),
    target: '≤ 50 ms',
  })
})

test('a change by REST', async ({ lab, page }) => {
  const device = await newDevice(lab)
  await book(lab, device)
  await queueUp(lab, device, 'first')
  const queues = queuesPage(page)
  await queues.open(device)
  await expect(queues.column(device).handle('first')).toBeVisible()

  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const name = `by-script-${round}`
    const seen = page.evaluate(whenShown, `Move ${name}`)
    const began = performance.timeOrigin + performance.now()
    await queueUp(lab, device, name)
    times.push((await seen) - began)
    // A change now and then, as at a bench; what comes in a burst is drawn together.
    await new Promise((resolve) => setTimeout(resolve, 400))
  }
  record({
    name: 'change by REST, from its request until it is on the screen',
    value: timingOf(times).p50,
    unit: 'ms',
    ...percentiles(times),
    target: '≤ 200 ms',
  })
})

function percentiles(milliseconds: number[]): { p50: number; p99: number } {
  const { p50, p99 } = timingOf(milliseconds)
  return { p50, p99 }
}

/** In the page: from the release of the mouse until the list is in another order on a drawn frame, and until nothing is under way any more. */
function watchDrop(column: Element): void {
  const order = () => [...column.querySelectorAll('[data-drag-handle]')].map((handle) => handle.getAttribute('aria-label')).join()
  const before = order()
  const drop = new Promise<Drop>((resolve) => {
    document.addEventListener(
      'mouseup',
      () => {
        const began = performance.now()
        let shown = 0
        let wasBusy = false
        const watch = new MutationObserver(() => {
          if (shown === 0 && order() !== before) {
            shown = -1
            requestAnimationFrame(() => {
              shown = performance.now() - began
            })
          }
          const busy = column.getAttribute('aria-busy') === 'true'
          if (wasBusy && !busy) {
            watch.disconnect()
            const stored = performance.now() - began
            requestAnimationFrame(() => resolve({ shown: shown > 0 ? shown : stored, stored }))
          }
          wasBusy ||= busy
        })
        watch.observe(column, { subtree: true, childList: true, attributes: true })
      },
      { once: true, capture: true },
    )
  })
  // Waited for when the mouse has been released.
  Object.assign(globalThis, { drop })
}

/** In the page: the time at which an element of that name is in the document. */
function whenShown(label: string): Promise<number> {
  return new Promise((resolve) => {
    const watch = new MutationObserver(() => {
      if (!document.querySelector(`[aria-label="${label}"]`)) return
      watch.disconnect()
      requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()))
    })
    watch.observe(document.body, { subtree: true, childList: true })
  })
}
