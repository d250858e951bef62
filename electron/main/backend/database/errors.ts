/** Why a database does not open. Each is expected to happen in a lab, and its message is one sentence for the person who starts the program. */

/** What all of them have in common: the caller prints the message and ends, or waits where waiting helps. */
export class CannotOpenDatabase extends Error {
  override name = 'CannotOpenDatabase'
}

/** Another program holds the data folder. */
export class DataFolderLocked extends CannotOpenDatabase {
  override name = 'DataFolderLocked'
  /** Of the holder; undefined when its lock file cannot be read. */
  readonly pid: number | undefined
  readonly host: string | undefined

  constructor(message: string, holder?: { pid: number; host: string }) {
    super(message)
    this.pid = holder?.pid
    this.host = holder?.host
  }
}

/** The folder cannot be written, is no folder, or holds something else. */
export class DataFolderUnusable extends CannotOpenDatabase {
  override name = 'DataFolderUnusable'
}

/** The server does not answer, or not yet: trying again later may help. */
export class DatabaseUnreachable extends CannotOpenDatabase {
  override name = 'DatabaseUnreachable'
}

/** The server answers and says no (password, no such database, missing rights): a person has to change something. */
export class DatabaseRefused extends CannotOpenDatabase {
  override name = 'DatabaseRefused'
}

/** The database has migrations that this program does not know. */
export class NewerSchema extends CannotOpenDatabase {
  override name = 'NewerSchema'
}
