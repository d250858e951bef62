/** Getting about with the keyboard alone. */

import { expect, type Locator, type Page } from '@playwright/test'
import { turnsOfPage } from './turns.ts'

/** Presses Tab until the element has the focus, as a person does who has no mouse. */
export async function tabTo(page: Page, target: Locator, { key = 'Tab', most = 150 } = {}): Promise<void> {
  // A round through what was there before would find nothing.
  await expect(target.first()).toBeAttached()
  for (let pressed = 0; pressed < most; pressed += 1) {
    if ((await isFocused(target)) && (await keepsFocus(page, target))) return
    await page.keyboard.press(key)
  }
  throw new Error(`${most} times ${key} did not reach ${target}`)
}

/** As `tabTo`, then Enter. */
export async function pressOn(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

/**
 * Takes up what is dragged by the keyboard, at the element that has the focus. dnd-kit hears the keys after it only from a turn of the page
 * later than it says that it has it.
 */
export async function takeUp(page: Page, said: () => Promise<void>): Promise<void> {
  await page.keyboard.press('Space')
  await said()
  await turnsOfPage(page)
}

/** That a person can see where the focus is. */
export async function expectVisibleFocus(target: Locator): Promise<void> {
  await expect(target).toBeFocused()
  const outline = await target.evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(element)
    return { drawn: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0, boxShadow, borderColor }
  })
  expect(outline.drawn || outline.boxShadow !== 'none', `the focus shows: ${JSON.stringify(outline)}`).toBe(true)
}

/** A dialog that has just opened takes the focus to its first control, one that closed gives it back, some turns of the page later. */
async function keepsFocus(page: Page, target: Locator): Promise<boolean> {
  await turnsOfPage(page)
  return isFocused(target)
}

async function isFocused(target: Locator): Promise<boolean> {
  return (await target.count()) > 0 && (await target.first().evaluate((element) => element === document.activeElement))
}
