/** The migrated template that embedded test databases start from: made once, kept until something it is made of changes. */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { makeTemplate } from '../../electron/main/backend/database/template.ts'

const cache = resolve('node_modules/.cache/benchkeeper')
const madeOf = ['db/migrations', 'electron/main/backend/database']
const keptForMs = 7 * 24 * 60 * 60 * 1000

/** @returns the folder `makeTemplate` wrote; shared with other runs, so to be read only. */
export async function prepareTemplate(): Promise<string> {
  const folder = join(cache, `template-${fingerprint()}`)
  if (existsSync(folder)) return folder

  mkdirSync(cache, { recursive: true })
  forgetOldTemplates()
  // Made aside and renamed when complete, so that neither an interrupted run nor one at the same time leaves a half.
  const draft = `${folder}.${process.pid}`
  await makeTemplate(draft)
  try {
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  }
  return folder
}

function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync('node_modules/@electric-sql/pglite/package.json'))
  for (const folder of madeOf) {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => !file.endsWith('.test.ts'))
    for (const file of files.sort()) {
      const path = join(folder, file)
      if (statSync(path).isFile()) hash.update(`\0${file}\0`).update(readFileSync(path))
    }
  }
  return hash.digest('hex').slice(0, 16)
}

/** Not all others: a run of another branch may be using one. */
function forgetOldTemplates(): void {
  for (const name of readdirSync(cache).filter((name) => name.startsWith('template-'))) {
    const path = join(cache, name)
    if (Date.now() - statSync(path).mtimeMs > keptForMs) rmSync(path, { recursive: true, force: true })
  }
}
