/** One call of the contract: its input parsed, its handler asked, its answer in the contract's envelope. */

import type { Logger } from 'pino'
import { z } from 'zod'
import { contract, isMethod, type MethodName } from '../../../../shared/contract/contract.ts'
import type { Answer, ContractError } from '../../../../shared/contract/messages.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { isDatabaseGone } from '../services/lab.ts'
import type { CallContext } from './context.ts'
import { handlers } from './handlers.ts'

/** Never rejects: whatever goes wrong is an answer. Only a DomainError shows its own words; anything else is logged once. */
export async function dispatch(method: string, rawInput: unknown, context: CallContext, logger: Logger): Promise<Answer> {
  if (!isMethod(method)) return refuse('unknown_method', `The lab knows no method "${method}"`)
  const parsed = contract[method].input.safeParse(rawInput ?? {})
  if (!parsed.success) return { ok: false, error: wrongInput(parsed.error) }
  try {
    // The schema of this very method has parsed it; TypeScript cannot see the two names as one.
    const handle = handlers[method] as (input: unknown, context: CallContext) => Promise<unknown>
    return { ok: true, value: await handle(parsed.data, context) }
  } catch (error) {
    return { ok: false, error: told(error, method, logger) }
  }
}

export function refuse(code: string, message: string): Answer {
  return { ok: false, error: { code, message } }
}

function told(error: unknown, method: MethodName, logger: Logger): ContractError {
  if (error instanceof DomainError) return { code: error.code, message: error.message, details: error.details }
  if (isDatabaseGone(error)) {
    logger.warn({ err: error, method }, 'a call found no database')
    return { code: 'database_unavailable', message: 'The database does not answer; try again in a moment' }
  }
  logger.error({ err: error, method }, 'a call failed')
  return { code: 'internal', message: 'Something went wrong inside the program; its log has the details' }
}

/** The first thing that is wrong, as one sentence; all of them in the details. */
function wrongInput(error: z.ZodError): ContractError {
  const problems = error.issues.map(({ path, message }) => ({ field: path.join('.'), message }))
  const [first] = problems
  return {
    code: 'invalid_input',
    message: first ? `${first.field || 'The input'}: ${first.message}` : z.prettifyError(error),
    details: { field: first?.field, problems },
  }
}
