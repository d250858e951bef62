/** What the program around the lab offers to the screens: where it stands, its backups, and a new lab in place of this one. */

/** `lastEventId` and the counts say what a person finds in it. */
export type Backup = {
  name: string
  path: string
  bytes: number
  createdAt: string
  version: string
  note: string | null
  lastEventId: number
}

export type BackupPhase = 'copying' | 'packing' | 'checking'
/** Bytes. */
export type BackupJob = { kind: 'backup' | 'restore'; phase: BackupPhase; done: number; total: number }

export type Backups = {
  folder: string
  /** The newest first. */
  list(): Promise<Backup[]>
  /** Made, read back and opened once before it counts. @throws DomainError `backup_running`, `backup_failed` */
  create(note: string | null): Promise<Backup>
  /** What is being done now. */
  job(): BackupJob | null
  cancel(): void
  /** @throws DomainError `backup_not_found` */
  remove(name: string): Promise<void>
  /**
   * Reads the backup, checks it, and starts the lab again with it; the data of now stays beside it.
   * @returns where the data of now is kept
   * @throws DomainError `backup_not_found`, `backup_running`, `backup_failed`
   */
  restore(name: string): Promise<string>
}

export type Program = {
  version: string
  /** Undefined: a server's. */
  dataDir: string | null
  urls: { device: string; workflow: string; ui: string | null; psql: string | null }
  /** Of the data folder; null for a server. */
  dataBytes(): number | null
  /** Null where the data are a server's, which has its own ways. */
  backups(): Backups | null
  /** Starts again with a new lab; the data of now are kept. @returns where. Null where the data are a server's. */
  startOver: ((demo: boolean) => Promise<string>) | null
}
