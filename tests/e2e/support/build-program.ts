/** Before the first end-to-end test: the program is built if anything changed since. */

import { buildWhenStale } from '../../../scripts/build.mjs'

// biome-ignore lint/style/noDefaultExport: Playwright takes a global setup as a default export
export default async function buildProgram(): Promise<void> {
  await buildWhenStale({ quiet: true })
}
