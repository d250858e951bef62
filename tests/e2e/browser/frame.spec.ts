/** The frame around the screens: finding one's way by mouse and by keys, the state of the lab, and what happens when it is gone. */

import { expectNoViolationsInBothThemes } from '../support/accessibility.ts'
import { startHeadlessLab } from '../support/headless-lab.ts'
import { pressOn, tabTo } from '../support/keyboard.ts'
import { newDevice, newWorkflow } from '../support/scene.ts'
import { expect, test } from '../support/test.ts'

const screens = [
  ['Bench', 'b'],
  ['Queues', 'q'],
  ['Workflows', 'w'],
  ['Samples', 's'],
  ['Logs', 'l'],
  ['Timeline', 't'],
  ['Insights', 'i'],
  ['Settings', ','],
] as const

test('leads to every screen, names the window after it, and gives its heading the focus', async ({ frame, page }) => {
  await frame.open()
  await expect(page).toHaveTitle('Bench · Benchkeeper')
  for (const [name] of screens.slice(1)) {
    await frame.goTo(name)
    await expect(frame.link(name)).toHaveAttribute('aria-current', 'page')
    await expect(page).toHaveURL(new RegExp(`#/${name.toLowerCase()}`))
    await expect(page).toHaveTitle(`${name} · Benchkeeper`)
    await expect(frame.title).toBeFocused()
  }
})

test('leads to every screen by two keys, unless somebody writes or has switched them off', async ({ frame, page }) => {
  await frame.open('/settings')
  for (const [name, key] of screens) {
    // As a hand does: keys that follow each other at once are a barcode reader's.
    await page.keyboard.type(`g${key}`, { delay: 100 })
    await expect(frame.title).toHaveText(name)
  }
  await frame.open()
  await page.keyboard.press('?')
  const help = page.getByRole('dialog', { name: 'Keys' })
  await expect(help.getByRole('row', { name: 'g q Go to Queues' })).toBeVisible()
  await expectNoViolationsInBothThemes(page)
  await help.getByRole('switch', { name: 'Keys without Ctrl are on' }).click()
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
  await page.keyboard.type('gq?', { delay: 100 })
  await expect(help).toBeHidden()
  await expect(frame.title).toHaveText('Bench')
})

test('the palette finds commands, devices, workflows and samples by the keyboard', async ({ lab, frame, page }) => {
  const device = await newDevice(lab, { name: 'Zentrifuge Nord' })
  await newWorkflow(lab, device, { name: 'Quartalsprobe' })
  await frame.open()
  await frame.find('zentrifuge')
  await frame.found('Zentrifuge Nord').waitFor()
  await page.keyboard.press('Enter')
  await expect(frame.title).toHaveText('Queues')
  await expect(page.getByRole('region', { name: 'Zentrifuge Nord' })).toBeVisible()

  await frame.find('quartals')
  await frame.found('Quartalsprobe').waitFor()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#\/workflows\/[0-9a-f-]{36}/)

  await frame.find('SAMPLE001')
  await frame.found('SAMPLE001').waitFor()
  await page.keyboard.press('Enter')
  await expect(frame.title).toHaveText('Samples')

  await frame.find('dark')
  await page.keyboard.press('Enter')
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
})

test('the palette has nothing that WCAG 2.2 AA forbids', async ({ frame, page }) => {
  await frame.open()
  await frame.find('sample')
  await frame.found('Go to Samples').waitFor()
  await expectNoViolationsInBothThemes(page)
})

test('the content is one key away for whoever does not want the navigation', async ({ frame, page }) => {
  await frame.open()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Skip to the content' })).toBeInViewport()
  await page.keyboard.press('Enter')
  await expect(frame.title).toBeFocused()
})

test('whoever says a name has it kept with what they change, also after a reload', async ({ lab, frame, page }) => {
  const device = await newDevice(lab)
  await frame.open()
  await pressOn(page, page.getByRole('button', { name: 'Who are you?' }))
  await page.getByLabel('Your name').fill('Ada Byron')
  await page.keyboard.press('Enter')
  await page.reload()
  await expect(page.getByRole('button', { name: 'You are Ada Byron: change' })).toBeVisible()

  await tabTo(page, page.getByRole('button', { name: `More for ${device}` }))
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Into maintenance…' }).click()
  await page.getByLabel('Reason').fill('New lamp')
  await page.getByRole('button', { name: 'Into maintenance' }).click()
  await expect(frame.statusBar).toContainText(`${device} was changed`)
  await expect(frame.statusBar).toContainText('(Ada Byron)')
})

test('the bench size is larger, and stays', async ({ frame, page }) => {
  await frame.open()
  const size = () =>
    page
      .getByRole('article')
      .first()
      .getByRole('heading')
      .evaluate((heading) => Number.parseFloat(getComputedStyle(heading).fontSize))
  const before = await size()
  await page.getByRole('button', { name: 'Bench size' }).click()
  await expect.poll(size).toBeGreaterThan(before * 1.25)
  await page.reload()
  await expect.poll(size).toBeGreaterThan(before * 1.25)
})

test('the status bar tells of database, REST, events and the last thing that happened', async ({ lab, frame }) => {
  await frame.open()
  await expect(frame.statusBar).toContainText('Database: open')
  await expect(frame.statusBar).toContainText(new URL(lab.urls.device).host)
  await expect(frame.statusBar).toContainText('Events: live')
  const device = await newDevice(lab)
  await expect(frame.statusBar).toContainText(`${device} was added`)
})

test('an address that leads nowhere, and a workflow that is not there, lead back', async ({ frame, page }) => {
  await page.goto('/#/no-such-screen')
  await expect(page.getByText('There is nothing at this address')).toBeVisible()
  await page.getByRole('link', { name: 'Go to the bench' }).click()
  await expect(frame.title).toHaveText('Bench')
})

test('a lab that is gone is told, what is asked of it is refused with a word, and it heals when it is back', async ({ page }) => {
  const lab = await startHeadlessLab()
  try {
    await page.goto(lab.urls.ui)
    await expect(page.getByRole('article')).toHaveCount(5)
    await lab.kill()
    const banner = page.getByText('The connection to the lab is lost.')
    await expect(banner).toBeVisible()
    await expect(page.getByRole('contentinfo')).toContainText('Events: not live')
    await expectNoViolationsInBothThemes(page)
    await page.getByRole('button', { name: 'More for CO₂ Incubator' }).click()
    await page.getByRole('menuitem', { name: 'Into maintenance…' }).click()
    await page.getByLabel('Reason').fill('Cleaning')
    await page.getByRole('button', { name: 'Into maintenance' }).click()
    await expect(page.getByText('There is no connection to the lab; try again in a moment')).toBeVisible()

    await lab.start()
    await expect(banner).toBeHidden({ timeout: 30_000 })
    await expect(page.getByRole('contentinfo')).toContainText('Events: live')
    // What happens from now on is on the screen.
    const device = await newDevice(lab)
    await expect(page.getByRole('article', { name: device })).toBeVisible()
  } finally {
    await lab.close()
  }
})

test('nothing moves for who has asked the system for that', async ({ frame, page }) => {
  await frame.open()
  const help = page.getByRole('dialog', { name: 'Keys' })
  const moved = () => page.evaluate(() => (window as unknown as { moved: number }).moved)
  await page.evaluate(() => {
    Object.assign(window, { moved: 0 })
    // Of the dialog alone: the bench behind it goes on.
    const ofDialog = (target: EventTarget | null) => target instanceof Element && target.closest('.mantine-Modal-root') !== null
    addEventListener('transitionrun', ({ target }) => ofDialog(target) && Object.assign(window, { moved: 1 }), true)
  })
  await page.keyboard.press('?')
  await expect.poll(moved).toBe(1)
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
  await page.emulateMedia({ reducedMotion: 'reduce' })
  // A page hears of it before it draws the next time.
  await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))
  await page.evaluate(() => Object.assign(window, { moved: 0 }))
  await page.keyboard.press('?')
  await expect(help).toBeVisible()
  expect(await moved()).toBe(0)
})

test('has nothing that WCAG 2.2 AA forbids, light and dark', async ({ frame, page }) => {
  await frame.open()
  await page.getByRole('article').first().waitFor()
  await expectNoViolationsInBothThemes(page)
})
