/** The page's policy lets in only style elements that carry this answer's nonce: see electron/main/backend/page-policy.ts. */

/** Mantine asks for it, and react-remove-scroll (in Mantine's dialogs) reads webpack's name for it. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
}

declare global {
  var __webpack_nonce__: string | undefined
}
globalThis.__webpack_nonce__ = styleNonce()
