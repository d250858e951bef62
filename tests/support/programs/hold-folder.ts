/**
 * Holds a data folder for as long as it runs. Arguments: the folder, and one of
 * `when-told` (waits for a message first), `as-nobody` (gives up root's rights first), `then-block` (looks at nothing any more afterwards).
 */

import { DataFolderLocked } from '../../../electron/main/backend/database/errors.ts'
import { lockFolder } from '../../../electron/main/backend/database/folder-lock.ts'

// Runs as long as its parent.
process.on('disconnect', () => process.exit())

const [folder = '', how] = process.argv.slice(2)

// Several are started at once and shall try at the same moment.
if (how === 'when-told') {
  process.send?.('ready')
  await new Promise((resolve) => process.once('message', resolve))
}

if (how === 'as-nobody') {
  process.setgid?.(65534)
  process.setuid?.(65534)
}

try {
  lockFolder(folder)
  await new Promise((sent) => process.send?.({ held: true }, sent))
} catch (error) {
  const { name, message } = error as Error
  process.send?.({ held: false, name, message, pid: error instanceof DataFolderLocked ? error.pid : undefined })
}

if (how === 'then-block') for (;;);
