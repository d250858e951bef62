/** Backups and starting over, for the settings screen. */

import type { backupMethods } from '../../../../shared/contract/backups.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import type { Backups, Program } from '../services/program.ts'
import type { Handlers } from './handlers.ts'

export const backupHandlers: Handlers<keyof typeof backupMethods> = {
  'backups.list': async (_, { program }) => {
    const backups = program.backups()
    return { folder: backups?.folder ?? null, backups: (await backups?.list()) ?? [] }
  },
  'backups.create': ({ note }, { program }) => here(program).create(note),
  'backups.job': async (_, { program }) => ({ job: program.backups()?.job() ?? null }),
  'backups.cancel': async (_, { program }) => {
    here(program).cancel()
    return {}
  },
  'backups.delete': async ({ name }, { program }) => {
    await here(program).remove(name)
    return {}
  },
  'backups.restore': async ({ name }, { program }) => ({ keptAt: await here(program).restore(name) }),
  'lab.startOver': async ({ demo }, { program }) => {
    if (!program.startOver) throw onServer()
    return { keptAt: await program.startOver(demo) }
  },
}

function here(program: Program): Backups {
  const backups = program.backups()
  if (!backups) throw onServer()
  return backups
}

function onServer(): DomainError {
  return new DomainError(
    'invalid_state',
    'The data of this lab are on a PostgreSQL server: whoever looks after it backs them up there (pg_dump)',
  )
}
