/** Keeping the lab's data: backups, putting one back, and starting over. Only where the data are this computer's. */

import { z } from 'zod'
import { command, instant, nothing, query } from './method.ts'

export const backup = z.object({
  name: z.string(),
  path: z.string(),
  bytes: z.number().int(),
  createdAt: instant,
  /** The program's that made it. */
  version: z.string(),
  note: z.string().nullable(),
  lastEventId: z.number().int(),
})
export type BackupWire = z.infer<typeof backup>

const name = z.string().min(1).max(255)

export const backupMethods = {
  /** `folder` null: the data are on a server, which is backed up there. */
  'backups.list': query(nothing, z.object({ folder: z.string().nullable(), backups: z.array(backup) })),
  /** Answers when the backup has been made, read back and opened once. */
  'backups.create': command(z.object({ note: z.string().trim().max(200).nullable().default(null) }), backup),
  /** What is being done now; bytes. */
  'backups.job': query(
    nothing,
    z.object({
      job: z
        .object({
          kind: z.enum(['backup', 'restore']),
          phase: z.enum(['copying', 'packing', 'checking']),
          done: z.number(),
          total: z.number(),
        })
        .nullable(),
    }),
  ),
  'backups.cancel': command(nothing, nothing),
  'backups.delete': command(z.object({ name }), nothing),
  /** The lab then starts again with it; the data of now stay in `keptAt`. */
  'backups.restore': command(z.object({ name }), z.object({ keptAt: z.string() })),
  /** A new lab, with the demo lab or empty; the data of now stay in `keptAt`. */
  'lab.startOver': command(z.object({ demo: z.boolean() }), z.object({ keptAt: z.string() })),
}
