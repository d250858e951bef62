/** `app://benchkeeper/…`: the built pages out of one folder, with the headers that say what a page may do. */

import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { protocol, type Session } from 'electron'
import { answerPage, pageHeaders } from '../backend/page-policy.ts'
import { fileOf, scheme } from './addresses.ts'

/** Before Electron is ready: an origin of its own, safe like https, so that modules, storage and the policy work as they do there. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } }])
}

export function serveApp(session: Session, folder: string): void {
  session.protocol.handle(scheme, async ({ url, method }) => {
    const path = method === 'GET' ? fileOf(url, folder) : undefined
    const type = path && types[extname(path)]
    if (!path || !type) return notFound()
    try {
      if (type === types['.html']) {
        const { body, headers } = answerPage(await readFile(path, 'utf8'))
        return new Response(body, { headers: { ...headers, 'Content-Type': type } })
      }
      return new Response(await readFile(path), { headers: { ...pageHeaders(), 'Content-Type': type } })
    } catch {
      return notFound()
    }
  })
}

/** What is not in this list is not served. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
}

function notFound(): Response {
  return new Response('Not found', { status: 404, headers: pageHeaders() })
}
