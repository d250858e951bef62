/** The queues: put in order by mouse, touch and keyboard, told the truth about, and never lost. */

import type { Page } from '@playwright/test'
import { queuesPage } from '../pages/queues.ts'
import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { tabTo, takeUp } from '../support/keyboard.ts'
import { book, newDevice, newWorkflow, queueUp, start, waiting } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'
import { nearTime } from '../support/times.ts'
import { turnsOfPage } from '../support/turns.ts'

test.use({ labSettings: { simSpeed: 1 } })

/** A device that a script holds, with a, b and c in line. */
async function busyDevice(lab: Parameters<typeof book>[0]) {
  const device = await newDevice(lab)
  await book(lab, device)
  const [a = 0, b = 0, c = 0] = await queueUp(lab, device, 'a', 'b', 'c')
  return { device, a, b, c }
}

test('shows place, workflow, owner, when its turn is expected and why then', async ({ lab, queues }) => {
  const device = await newDevice(lab)
  await start(lab, await newWorkflow(lab, device, { name: 'Holder', steps: [{ operation: 'incubate', parameters: { minutes: 10 } }] }))
  const first = await newWorkflow(lab, device, { name: 'First', steps: [{ operation: 'incubate', parameters: { minutes: 5 } }] })
  await lab.workflow.post(`/workflows/${first}/start`, { on_busy: 'queue', auto: true }, { 'X-Operator': 'Ada' })
  await start(lab, await newWorkflow(lab, device, { name: 'Second' }))
  await queues.open(device)
  const column = queues.column(device)
  await expect(column.root).toContainText(/Holder has it, about 9 min \d+ s more/)
  await expect(column.row('First')).toContainText('Ada')
  await expect(column.row('First')).toContainText(new RegExp(String.raw`in 9 min \d+ s\s*${nearTime} to ${nearTime}`))
  await expect(column.row('Second')).toContainText(/in 14 min/)
  await column.row('Second').getByText('Why it waits').click()
  await expect(column.row('Second')).toContainText('"Holder" holds the device: about 10 min left')
  await expect(column.row('Second')).toContainText('"First" is ahead: about 5 min')
})

test('an entry is dragged with the mouse, and between priorities', async ({ lab, queues }) => {
  const { device } = await busyDevice(lab)
  await queues.open(device)
  const column = queues.column(device)
  await column.expectOrder('Normal', 'a', 'b', 'c', 'Low')
  await column.drag('c', column.row('a'))
  await column.expectOrder('Normal', 'c', 'a', 'b', 'Low')
  await expect.poll(() => waiting(lab, device)).toEqual(['c', 'a', 'b'])

  await column.drag('c', column.heading('Low'))
  await column.expectOrder('Normal', 'a', 'b', 'Low', 'c')
  await expect.poll(() => waiting(lab, device)).toEqual(['a', 'b', 'c'])
  const { body } = await lab.device.get(`/devices/${device}/queue`)
  expect(body.map((entry: { priority: string }) => entry.priority)).toEqual(['normal', 'normal', 'low'])
})

test('an entry lands where the list has made room for it, wherever it is let go', async ({ lab, page, queues }) => {
  const { device } = await busyDevice(lab)
  await queues.open(device)
  const column = queues.column(device)
  for (const height of [-0.5, 0.5, 1]) {
    for (const name of ['c', 'a']) {
      await column.hold(name, column.heading('Normal'), height)
      const seen = await column.seenOrder()
      await page.mouse.up()
      await expectSettled(lab, device, column, seen, `let go at ${height}`)
    }
  }
})

test('an entry is dragged with the keyboard, and each move is announced', async ({ lab, page, queues }) => {
  const { device } = await busyDevice(lab)
  await queues.open(device)
  const column = queues.column(device)
  await tabTo(page, column.handle('c'))
  await takeUp(page, () => expect(queues.announcement).toHaveText(/c is taken up from place 3 of 3, normal/))
  await page.keyboard.press('ArrowUp')
  await expect(queues.announcement).toHaveText(/c is over place 2 of 3, normal/)
  await page.keyboard.press('ArrowUp')
  await expect(queues.announcement).toHaveText(/c is over place 1 of 3, normal/)
  await page.keyboard.press('ArrowUp')
  await expect(queues.announcement).toHaveText(/c is over place 1 of 3, urgent/)
  await page.keyboard.press('Space')
  await expect(queues.announcement).toHaveText(/c is put down at place 1 of 3, urgent/)
  await column.expectOrder('c', 'Normal', 'a', 'b', 'Low')
  await expect.poll(() => waiting(lab, device)).toEqual(['c', 'a', 'b'])
  await expect(column.handle('c')).toBeFocused()

  await takeUp(page, () => expect(queues.announcement).toHaveText(/c is taken up from place 1 of 3, urgent/))
  await page.keyboard.press('ArrowDown')
  await expect(queues.announcement).toHaveText(/c is over place 1 of 3, normal/)
  await page.keyboard.press('Escape')
  await expect(queues.announcement).toHaveText(/c stays at place 1 of 3, urgent/)
  await column.expectOrder('c', 'Normal', 'a', 'b', 'Low')
})

test('the menu moves up, down and to the top, and changes the priority', async ({ lab, queues }) => {
  const { device } = await busyDevice(lab)
  await queues.open(device)
  const column = queues.column(device)
  await column.choose('c', 'Move to top')
  await column.expectOrder('Normal', 'c', 'a', 'b', 'Low')
  await column.choose('c', 'Move down')
  await column.expectOrder('Normal', 'a', 'c', 'b', 'Low')
  await column.choose('b', 'Move down')
  await column.expectOrder('Normal', 'a', 'c', 'Low', 'b')
  await column.choose('b', 'Move up')
  await column.expectOrder('Normal', 'a', 'c', 'b', 'Low')
  await column.choose('b', 'Urgent')
  await column.expectOrder('b', 'Normal', 'a', 'c', 'Low')
  await expect.poll(() => waiting(lab, device)).toEqual(['b', 'a', 'c'])
})

test('moves that follow each other quicker than the lab answers are all stored', async ({ lab, page, queues }) => {
  const { device } = await busyDevice(lab)
  await queues.open(device)
  const column = queues.column(device)
  for (let round = 0; round < 4; round += 1) {
    await column.choose('c', 'Move to top')
    await column.choose('a', 'Move to top')
  }
  await expectSettled(lab, device, column, ['Normal', 'a', 'c', 'b', 'Low'])
  await expect(page.getByText('was not moved')).toHaveCount(0)
})

test('what is taken out by a slip is put back where it was', async ({ lab, page, queues }) => {
  const { device, a } = await busyDevice(lab)
  await queues.open(device)
  const column = queues.column(device)
  await column.choose('b', 'Take out of the queue')
  await column.expectOrder('Normal', 'a', 'c', 'Low')
  await expect.poll(() => waiting(lab, device)).toEqual(['a', 'c'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('b waits again, at place 2.')).toBeVisible()
  await column.expectOrder('Normal', 'a', 'b', 'c', 'Low')
  expect(await waiting(lab, device)).toEqual(['a', 'b', 'c'])

  // Honest when somebody else was there meanwhile.
  await column.choose('b', 'Take out of the queue')
  await column.expectOrder('Normal', 'a', 'c', 'Low')
  // It is shown before it is stored; who deletes before that makes it stale.
  await expect.poll(() => waiting(lab, device)).toEqual(['a', 'c'])
  await lab.device.delete(`/devices/${device}/queue/${a}`)
  await column.expectOrder('Normal', 'c', 'Low')
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect(page.getByText('b waits again, at place 1; the queue has changed meanwhile.')).toBeVisible()
  expect(await waiting(lab, device)).toEqual(['b', 'c'])
})

test('a drop on a queue that changed under the hand snaps back and says why', async ({ lab, page, queues }) => {
  const { device, a, b } = await busyDevice(lab)
  await queues.open(device)
  const column = queues.column(device)
  await column.hold('c', column.row('a'))
  const moved = await lab.device.patch(`/devices/${device}/queue/${b}`, { before: a })
  expect(moved.status, JSON.stringify(moved.body)).toBe(200)
  await page.mouse.up()
  await expect(page.getByText('c was not moved')).toBeVisible()
  await expect(page.getByText(`Somebody else has changed the queue of ${device} meanwhile.`)).toBeVisible()
  await column.expectOrder('Normal', 'b', 'a', 'c', 'Low')
  expect(await waiting(lab, device)).toEqual(['b', 'a', 'c'])
})

test('an entry is dragged by touch: press, then move', async ({ lab, browser }) => {
  const { device } = await busyDevice(lab)
  const context = await browser.newContext({ hasTouch: true, viewport: { width: 1024, height: 768 }, baseURL: lab.urls.ui })
  const page = await context.newPage()
  const queues = queuesPage(page)
  await queues.open(device)
  const column = queues.column(device)
  await touchDrag(page, await centre(column.handle('c')), await centre(column.row('a')))
  await column.expectOrder('Normal', 'c', 'a', 'b', 'Low')
  await expect.poll(() => waiting(lab, device)).toEqual(['c', 'a', 'b'])
  await context.close()
})

test('two people change the same queue: nothing is lost or doubled, and both see the same', async ({ lab, page, queues }) => {
  const device = await newDevice(lab)
  await book(lab, device)
  const names = Array.from({ length: 12 }, (_, index) => `w${String(index).padStart(2, '0')}`)
  const ids = await queueUp(lab, device, ...names)
  await queues.open(device)
  const column = queues.column(device)

  // A script moves, adds and cancels while a person at the screen moves.
  const script = (async () => {
    for (let round = 0; round < 15; round += 1) {
      const [first, last] = [ids[round % 6], ids[11 - (round % 5)]]
      const { status } = await lab.device.patch(`/devices/${device}/queue/${last}`, { before: first })
      expect(status).toBe(200)
      if (round % 5 === 0) await queueUp(lab, device, `extra${round}`)
    }
    await lab.device.delete(`/devices/${device}/queue/${ids[7]}`)
  })()
  for (const name of ['w01', 'w03', 'w05', 'w08', 'w10']) {
    await column.choose(name, 'Move to top')
  }
  await script
  await turnsOfPage(page)
  await expect(async () => {
    await expect(column.root).toHaveAttribute('aria-busy', 'false')
    const stored = await waiting(lab, device)
    expect([...stored].sort()).toEqual([...names.filter((name) => name !== 'w07'), 'extra0', 'extra5', 'extra10'].sort())
    expect(await column.order()).toEqual(['Normal', ...stored, 'Low'])
  }).toPass({ timeout: 30_000 })
})

test('a device that nobody waits for says so, and an address of no device leads back', async ({ lab, page, queues }) => {
  const device = await newDevice(lab)
  await queues.open(device)
  await expect(queues.column(device).root).toContainText('Free: whoever comes has it at once.')
  await queues.open('no-such-device')
  await expect(page.getByText('There is no such device')).toBeVisible()
  await page.getByRole('link', { name: 'Show all devices' }).first().click()
  await expect(queues.column(device).root).toBeVisible()
})

test('has nothing that WCAG 2.2 AA forbids, light and dark', async ({ lab, page, queues }) => {
  const { device } = await busyDevice(lab)
  await start(lab, await newWorkflow(lab, device, { name: 'With steps' }))
  await queues.open(device)
  await expect(queues.column(device).handle('a')).toBeVisible()
  await expectNoViolationsInBothThemes(page)
  await queues.column(device).list.getByRole('button', { name: 'More for a', exact: true }).click()
  await expect(page.getByRole('menu')).toBeVisible()
  await expectNoViolationsInBothThemes(page)
})

type Column = ReturnType<ReturnType<typeof queuesPage>['column']>

/** The list shows this, the lab has stored it, and no command is under way: looked at together, because each alone may be from before the command. */
async function expectSettled(lab: Parameters<typeof book>[0], device: string, column: Column, order: string[], when?: string) {
  await expect(async () => {
    await expect(column.root).toHaveAttribute('aria-busy', 'false')
    expect(await column.order(), when).toEqual(order)
    expect(await waiting(lab, device), when).toEqual(order.filter((each) => each.length === 1))
  }).toPass({ timeout: 15_000 })
}

async function centre(locator: ReturnType<Page['locator']>): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox()
  if (!box) throw new Error(`${locator} is not on the screen`)
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** A finger, as Chromium's own protocol moves it: Playwright only taps. */
async function touchDrag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: { x: number; y: number }) =>
    session.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] })
  await touch('touchStart', from)
  // It is a drag once the finger has rested; the row says so.
  await expect(page.locator('[data-dragging]')).toBeVisible()
  for (let step = 1; step <= 8; step += 1) {
    await touch('touchMove', { x: from.x + ((to.x - from.x) * step) / 8, y: from.y + ((to.y - from.y) * step) / 8 })
  }
  await touch('touchMove', { x: to.x, y: to.y + 1 })
  await turnsOfPage(page)
  await touch('touchEnd')
}
