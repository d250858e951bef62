/** Why a command ends without having done what it was asked; `message` is the sentence that the person reads. */

/** The lab answered and said no, in its own words. */
export class Refused extends Error {
  /** What the service sent: `{error, code, details?}`. */
  readonly body: { error: string; code: string }

  constructor(body: { error: string; code: string }) {
    super(body.error)
    this.body = body
  }
}

/** The command could not be carried out: nobody answers, a file cannot be written, a workflow did not end well. */
export class Failed extends Error {
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** The command was written wrongly in a way that only shows when it runs. */
export class WrongUsage extends Error {}

/** A connection that broke in the middle of an answer, in words; anything else comes back as it was. */
export function lostOnTheWay(error: unknown, consequence: string): unknown {
  // What fetch throws then.
  if (!(error instanceof TypeError)) return error
  return new Failed(`The lab went away in the middle of its answer. ${consequence}.`, 'unreachable')
}
