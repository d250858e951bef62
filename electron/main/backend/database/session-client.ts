/** What a client of the embedded database's one session is: what it may ask, what it brings along, and how it may come to an end. */

import type { Session } from './pglite-session.ts'

export type SessionClient = {
  /**
   * Waits for its turn, and keeps the session until the answer ends idle.
   * @param message one or more whole messages
   * @throws SessionLost, IdleInTransaction, TransactionTooLong
   */
  send(message: Uint8Array): Promise<Buffer>
  /** Rolls back what is open and lets the next client in. Sends nothing after that; may be called again. */
  leave(): Promise<void>
}

export type ClientOptions = {
  /** SQL that undoes what this client may have left in the session; runs when it leaves. */
  farewell?: string
  /** A guest's turns wait for those of the program, and what it changes in the session stays its own. */
  visit?: Visit
  /** A message that takes longer is cancelled, as far as that can be done. Milliseconds. */
  statementLimit?: number
  /** A transaction in which the client says nothing for so long is rolled back, and the client cut off. Milliseconds. */
  idleInTransactionLimit?: number
  /** A transaction for whose end others have waited so long is rolled back as well, however busy it is. Milliseconds. */
  othersWaitAtMost?: number
  /** The session died, or the client was cut off: whatever it had there is gone, and it has to connect anew. */
  onEnd?: (reason: Error) => void
}

/** Called while nobody is in the middle of anything. What they throw costs everybody the session. */
export type Visit = {
  /** Makes the session what this guest left it as. */
  enter(session: Session): Promise<void>
  /** Keeps what the guest made of the session, and makes it the program's again. */
  exit(session: Session): Promise<void>
  /** Removes what `exit` could not take along. The guest does not come back. */
  end(session: Session): Promise<void>
}

/** PostgreSQL died, as a server does that crashes; `code` is its `crash_shutdown`. The next message starts it again. */
export class SessionLost extends Error {
  override name = 'SessionLost'
  readonly code = '57P02'
}

/** `code` is PostgreSQL's `idle_in_transaction_session_timeout`. */
export class IdleInTransaction extends Error {
  override name = 'IdleInTransaction'
  readonly code = '25P03'
}

/** `code` is PostgreSQL's `transaction_timeout`. */
export class TransactionTooLong extends Error {
  override name = 'TransactionTooLong'
  readonly code = '25P04'
}
