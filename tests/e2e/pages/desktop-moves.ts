/** What tests do to the desktop app past its page, as the system, its desktop and its menus do. */

import { once } from 'node:events'
import { type DesktopApp, expect } from './desktop-app.ts'

export const isVisible = ({ app }: DesktopApp) => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
export const close = ({ app }: DesktopApp) => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
export const ended = ({ child }: DesktopApp) =>
  child.exitCode === null ? once(child, 'exit').then(([code]) => code as number | null) : Promise.resolve(child.exitCode)

/** Which is so exactly while the app knows of a run. */
export const isKeptAwake = ({ app }: DesktopApp) =>
  app.evaluate(({ powerSaveBlocker }) => [0, 1, 2, 3].some((id) => powerSaveBlocker.isStarted(id)))

/** Answers every question with that button, and keeps what was asked. */
export const answerWith = ({ app }: DesktopApp, response: number) =>
  app.evaluate(({ dialog }, button) => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    dialog.showMessageBox = async (...args: unknown[]) => {
      asked.push((args.at(-1) as { message: string }).message)
      return { response: button, checkboxChecked: false }
    }
  }, response)
export const asked = ({ app }: DesktopApp) => app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)

/** Keeps notifications instead of showing them; there is no desktop to show them. */
export const keepNotifications = ({ app }: DesktopApp) =>
  app.evaluate(({ Notification }) => {
    const shown: { title: string; body: string }[] = []
    const all: Electron.Notification[] = []
    Object.assign(globalThis, { shown, all })
    Notification.isSupported = () => true
    Notification.prototype.show = function (this: Electron.Notification) {
      shown.push({ title: this.title, body: this.body })
      all.push(this)
    }
  })
export const notifications = ({ app }: DesktopApp) =>
  app.evaluate(() => (globalThis as unknown as { shown: { title: string; body: string }[] }).shown)

export async function startRun(desktop: DesktopApp, parameters: Record<string, unknown>): Promise<string> {
  const workflows = `${await desktop.service('workflow')}/workflows`
  const post = (url: string, body: unknown) =>
    fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })
  const made = await post(workflows, { name: 'PCR', device_id: 'incubator-2', steps: [{ operation: 'incubate', parameters }] })
  const { id } = (await made.json()) as { id: string }
  expect((await post(`${workflows}/${id}/start`, { auto: true })).status).toBe(200)
  return id
}

/** Chooses an item of the application's menu as a person does, and says how it stands then. */
export const choose = ({ app }: DesktopApp, ...labels: string[]) =>
  app.evaluate(({ Menu }, path) => {
    const find = () =>
      path.reduce<Electron.MenuItem | undefined>(
        (parent, label) =>
          (parent ? parent.submenu : Menu.getApplicationMenu())?.items.find((each) => each.label.replace('&', '') === label),
        undefined,
      )
    find()?.click()
    const item = find()
    return { accelerator: item?.accelerator, checked: item?.checked }
  }, labels)
