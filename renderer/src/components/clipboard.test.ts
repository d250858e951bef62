/** A page that may not copy says so in a sentence of its own. */

import { afterEach, expect, it, vi } from 'vitest'
import { copyText } from './clipboard.ts'
import { Refusal } from './tell.tsx'

afterEach(() => vi.unstubAllGlobals())

it('says why where the browser gives no clipboard, and where it refuses', async () => {
  vi.stubGlobal('navigator', {})
  await expect(copyText('text')).rejects.toThrow(
    new Refusal('The browser lets a page copy only over HTTPS, or on the computer where the lab runs.'),
  )
  vi.stubGlobal('navigator', {
    clipboard: { writeText: () => Promise.reject(new DOMException('Write permission denied.', 'NotAllowedError')) },
  })
  await expect(copyText('text')).rejects.toThrow(Refusal)
})
