/** Run by the build, as out/main/make-template.js: makes the template that the packaged program and `npm start` begin with. */

import { join } from 'node:path'
import { makeTemplate } from './template.ts'

const root = join(import.meta.dirname, '..', '..')

await makeTemplate(join(root, 'out', 'template'), join(root, 'db', 'migrations'))
