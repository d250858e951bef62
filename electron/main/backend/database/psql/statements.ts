/** Messages of the extended protocol that bring a guest's prepared statements back. Each ends with a Sync, so that a failure harms no other. */

import { syncMessage } from '../wire.ts'

export function parseMessage({ name, text, types }: { name: string; text: string; types: number[] }): Buffer {
  const counted = Buffer.alloc(2 + 4 * types.length)
  counted.writeUInt16BE(types.length)
  for (const [index, type] of types.entries()) counted.writeUInt32BE(type, 2 + 4 * index)
  return Buffer.concat([message('P', Buffer.from(`${name}\0${text}\0`), counted), syncMessage])
}

/** Runs one statement; a text of several is refused, so none runs that ran before. */
export function parseAndRun(text: string): Buffer {
  const noParameters = Buffer.alloc(8)
  const allRows = Buffer.alloc(5)
  return Buffer.concat([
    message('P', Buffer.from(`\0${text}\0`), Buffer.alloc(2)),
    message('B', noParameters),
    message('E', allRows),
    syncMessage,
  ])
}

function message(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(5)
  head.write(type, 'latin1')
  head.writeInt32BE(4 + body.length, 1)
  return Buffer.concat([head, body])
}
