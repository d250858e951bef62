/**
 * What a page in the desktop app may ask of the app around it, not of the lab: `shell.…` methods, answered by the main process over the same
 * line as the contract's. In a browser there is no such app, and `window.benchkeeper` is missing.
 */

import { z } from 'zod'

const nothing = z.object({})
const portNumber = z.number().int().min(0).max(65_535)

export const shellSettings = z.object({
  /** Closing the window does not end the lab. */
  keepRunning: z.boolean(),
  startAtLogin: z.boolean(),
})
export type ShellSettings = z.infer<typeof shellSettings>

/** Why there is no lab to look at (yet), and what a person can do; null when there is one. */
export const trouble = z.object({
  title: z.string(),
  /** One sentence, or a fault's own words. */
  reason: z.string(),
  /** The end of the lab's log, for whoever is asked for help. */
  log: z.array(z.string()),
  logFile: z.string(),
  /** In the order in which they are offered. */
  solutions: z.array(z.enum(['try_again', 'restart_lab', 'restart_program', 'choose_port', 'choose_folder', 'drop_flags'])),
  port: z.object({ name: z.enum(['device', 'workflow', 'ui']), number: portNumber }).nullable(),
})
export type Trouble = z.infer<typeof trouble>

export const shellContract = {
  'shell.settings': { kind: 'query', input: nothing, output: shellSettings },
  'shell.change_settings': { kind: 'command', input: shellSettings.partial(), output: shellSettings },
  'shell.trouble': { kind: 'query', input: nothing, output: trouble.nullable() },
  /** Does what the person chose; the window then shows the lab, or the next trouble. */
  'shell.solve': {
    kind: 'command',
    input: z.object({ solution: trouble.shape.solutions.element, port: portNumber.optional() }),
    output: nothing,
  },
  'shell.show_log': { kind: 'command', input: nothing, output: nothing },
  'shell.quit': { kind: 'command', input: nothing, output: nothing },
} as const

export type ShellContract = typeof shellContract
export type ShellMethod = keyof ShellContract
export type ShellInput<M extends ShellMethod> = z.output<ShellContract[M]['input']>
export type ShellOutput<M extends ShellMethod> = z.output<ShellContract[M]['output']>

export function isShellMethod(name: string): name is ShellMethod {
  return Object.hasOwn(shellContract, name)
}

/** What the app around the page says unasked. */
export type ShellPush =
  /** What the page of `shell.trouble` tells is something else now. */
  | { topic: 'shell.trouble' }
  /** They were changed, here or in the menu. */
  | { topic: 'shell.settings'; settings: ShellSettings }
