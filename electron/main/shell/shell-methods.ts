/** Answers what a page asks of the app around it. */

import type { z } from 'zod'
import {
  isShellMethod,
  type ShellContract,
  type ShellInput,
  type ShellMethod,
  type ShellOutput,
  shellContract,
} from '../../../shared/contract/shell.ts'
import { note } from './shell-log.ts'

export type ShellHandlers = { [M in ShellMethod]: (input: ShellInput<M>) => Promise<ShellOutput<M>> | ShellOutput<M> }

/** A wish that cannot be met; its message is for the person. */
export class ShellRefusal extends Error {}

/** @returns the contract's answer: `{ ok: true, value }` or `{ ok: false, error }` */
export async function answerShell(handlers: ShellHandlers, method: string, input: unknown): Promise<unknown> {
  if (!isShellMethod(method)) return refuse('unknown_method', `The app knows no ${method}.`)
  const parsed = (shellContract[method].input as z.ZodType<ShellInput<ShellMethod>>).safeParse(input)
  if (!parsed.success) return refuse('invalid_input', `${method} was asked in a wrong way.`)
  try {
    // The pairing of method and input is what `parsed` has just checked; TypeScript cannot follow it through the union.
    const handler = handlers[method] as (input: unknown) => Promise<z.output<ShellContract[ShellMethod]['output']>>
    return { ok: true, value: await handler(parsed.data) }
  } catch (error) {
    if (error instanceof ShellRefusal) return refuse('refused', error.message)
    note(`${method} failed`, error)
    return refuse('internal', 'The app could not do that. What happened is in logs/shell.log in its own folder.')
  }
}

function refuse(code: string, message: string) {
  return { ok: false, error: { code, message } }
}
