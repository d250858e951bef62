/** The page for when there is no lab: why, and what to do. Plain DOM, so that it works whatever is wrong with the rest. */

import type { ShellInput, ShellMethod, ShellOutput, ShellPush, Trouble } from '../../../shared/contract/shell.ts'
import './trouble.css'

type Bridge = { send(message: unknown): void; onMessage(listener: (message: unknown) => void): () => void }
type Answer = { id: number; answer: { ok: true; value: unknown } | { ok: false; error: { message: string } } }

const { benchkeeper } = window as unknown as { benchkeeper: Bridge } // what the preload exposes

const words: Record<Trouble['solutions'][number], string> = {
  try_again: 'Try again',
  restart_lab: 'Restart the lab',
  restart_program: 'Restart Benchkeeper',
  choose_port: 'Use this port',
  choose_folder: 'Choose another folder …',
  drop_flags: 'Start with the usual settings',
}

let offered = ''
benchkeeper.onMessage((message) => {
  if ((message as { push?: ShellPush } | null)?.push?.topic === 'shell.trouble') void show() // what shell/desktop.ts sends
})
await show()

async function show(): Promise<void> {
  const trouble = await ask('shell.trouble', {})
  if (!trouble) return
  document.title = `Benchkeeper: ${trouble.title}`
  element('title').textContent = trouble.title
  element('reason').textContent = trouble.reason
  element('log').textContent = trouble.log.join('\n')
  element('log-part').hidden = trouble.log.length === 0
  element('log-file').textContent = trouble.logFile
  // What stays stays where it is: somebody may be about to press it.
  const offers = JSON.stringify([trouble.solutions, trouble.port])
  if (offers === offered) return
  offered = offers
  element('solutions').replaceChildren(...trouble.solutions.map((solution) => offer(solution, trouble)), ...always())
  element('solutions').querySelector('button')?.focus()
}

function offer(solution: Trouble['solutions'][number], { port }: Trouble): HTMLElement {
  if (solution === 'choose_port' && port) return portForm(port.number)
  return button(words[solution], () => solve({ solution }))
}

function portForm(taken: number): HTMLElement {
  const form = document.createElement('form')
  const label = document.createElement('label')
  const input = document.createElement('input')
  Object.assign(input, { type: 'number', min: '1', max: '65535', required: true, value: String(taken < 65_535 ? taken + 1000 : 6001) })
  if (Number(input.value) > 65_535) input.value = '6001'
  label.append('Another port', input)
  const use = document.createElement('button')
  use.textContent = words.choose_port
  form.append(label, use)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    void solve({ solution: 'choose_port', port: input.valueAsNumber })
  })
  return form
}

function always(): HTMLElement[] {
  return [button('Show the log', () => ask('shell.show_log', {})), button('Quit', () => ask('shell.quit', {}))]
}

function button(text: string, work: () => Promise<unknown>): HTMLElement {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = text
  made.addEventListener('click', () => void work())
  return made
}

/** The window leaves this page when the lab comes up; when it does not, there is something new to say. */
async function solve(wish: ShellInput<'shell.solve'>): Promise<void> {
  await ask('shell.solve', wish).catch((refusal: Error) => {
    element('reason').textContent = refusal.message
  })
}

function ask<M extends ShellMethod>(method: M, input: ShellInput<M>): Promise<ShellOutput<M>> {
  const id = Math.floor(Math.random() * Number.MAX_SAFE_INTEGER)
  return new Promise((resolve, reject) => {
    const end = benchkeeper.onMessage((message) => {
      const { id: of, answer } = message as Answer // what shell/page-lines.ts sends
      if (of !== id) return
      end()
      if (answer.ok) resolve(answer.value as ShellOutput<M>)
      else reject(new Error(answer.error.message))
    })
    benchkeeper.send({ id, method, input })
  })
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (!found) throw new Error(`trouble.html has no element "${id}"`)
  return found
}
