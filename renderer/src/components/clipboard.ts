/** Text to the clipboard, or the reason why not. */

import { Refusal } from './tell.tsx'

/** @throws Refusal where the browser does not let the page */
export async function copyText(text: string): Promise<void> {
  // Over plain HTTP from another computer there is none.
  const clipboard: Clipboard | undefined = navigator.clipboard
  if (!clipboard) throw new Refusal('The browser lets a page copy only over HTTPS, or on the computer where the lab runs.')
  await clipboard.writeText(text).catch(() => {
    throw new Refusal('The browser did not let this page copy. Allow it in its settings for this page, or export a file.')
  })
}
