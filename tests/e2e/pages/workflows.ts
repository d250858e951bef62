/** The list of workflows, one of them, and the writing of a new one, as a person reads and works them. */

import { expect, type Page } from '@playwright/test'
import { menuOf } from './menu.ts'

export function workflowsPage(page: Page) {
  const grid = page.getByRole('grid', { name: 'Workflows' })
  return {
    grid,
    row: (name: string) => grid.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) }),
    text: page.getByRole('textbox', { name: 'Find workflows' }),
    status: (word: string) => page.getByRole('group', { name: 'States' }).getByRole('button', { name: new RegExp(`^${word}`) }),
    async open(search = '') {
      await page.goto(`/#/workflows${search}`)
      await expect(page.getByRole('heading', { level: 1, name: 'Workflows' })).toBeVisible()
    },
    async openOne(workflowId: string, name: string) {
      await page.goto(`/#/workflows/${workflowId}`)
      await expect(page.getByRole('heading', { level: 1, name })).toBeVisible()
    },
    async choose(filter: string, option: string | RegExp) {
      await page.getByRole('search').getByRole('combobox', { name: filter }).click()
      await page.getByRole('option', { name: option }).click()
    },
    /** Of the menu on a workflow's line. */
    async act(name: string, item: string) {
      await page.getByRole('button', { name: `Actions of ${name}`, exact: true }).click()
      await menuOf(page, `Actions of ${name}`).getByRole('menuitem', { name: item, exact: true }).click()
    },
    /** The commands of the workflow that is open. */
    actions: page.getByRole('group', { name: 'What can be done' }),
    action: (name: string) => page.getByRole('group', { name: 'What can be done' }).getByRole('button', { name, exact: true }),
    async expectState(word: string) {
      await expect(page.getByRole('main').locator('[data-tone]').first()).toHaveText(word)
    },
    step: (number: number) =>
      page
        .getByRole('list', { name: 'Steps' })
        .getByRole('listitem')
        .nth(number - 1),
    dialog: (name: string | RegExp) => page.getByRole('dialog', { name }),
  }
}

export function newWorkflowPage(page: Page) {
  const step = (number: number) => page.getByRole('group', { name: `Step ${number}`, exact: true })
  return {
    step,
    name: page.getByRole('textbox', { name: 'Name', exact: true }),
    scan: page.getByRole('textbox', { name: 'Scan a barcode' }),
    samples: page.getByRole('group', { name: 'Chosen samples' }),
    create: page.getByRole('button', { name: /^Create/ }),
    async open(search = '') {
      await page.goto(`/#/workflows/new${search}`)
      await expect(page.getByRole('heading', { level: 1, name: 'New workflow' })).toBeVisible()
    },
    async device(name: string) {
      await page.getByRole('combobox', { name: 'Device' }).fill(name)
      await page.getByRole('option', { name: new RegExp(`^${name}`) }).click()
    },
    async addStep(operation: string) {
      await page.getByRole('button', { name: 'Add a step' }).click()
      const field = page.getByRole('combobox', { name: /^Operation of step/ }).last()
      await field.fill(operation)
      await field.press('Escape')
    },
    /** What each step does, in their order. */
    async operations(): Promise<string[]> {
      return page
        .getByRole('combobox', { name: /^Operation of step/ })
        .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value))
    },
  }
}
