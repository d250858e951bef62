/**
 * What a page of ours may do, as response headers: the same in the window (app://) and in a browser (the UI port).
 *
 * Scripts, connections, fonts and pictures come from where the page came from and from nowhere else. Mantine puts its theme into `<style>`
 * elements of its own; they carry the nonce of this one answer, which the page finds in `<meta property="csp-nonce">` (Vite writes it there).
 */

import { randomBytes } from 'node:crypto'

/** Stands in the built pages where the nonce belongs; electron.vite.config.ts has it too. */
const placeholder = 'NONCE-OF-THIS-ANSWER'

/** @param html of the built page; a new nonce goes into each answer */
export function answerPage(html: string): { body: string; headers: Readonly<Record<string, string>> } {
  const nonce = randomBytes(16).toString('base64')
  return { body: html.replaceAll(placeholder, nonce), headers: pageHeaders(`'nonce-${nonce}'`) }
}

/** For everything that is not HTML. */
export function pageHeaders(styleNonce = ''): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': [
      "default-src 'none'",
      "script-src 'self'",
      `style-src 'self' ${styleNonce}`.trim(),
      "img-src 'self' data: blob:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Cache-Control': 'no-cache',
  }
}
