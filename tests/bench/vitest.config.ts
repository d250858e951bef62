/** `npm run bench`: figures, not tests. One file after another, each alone on the machine. */

import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/bench/*.bench.ts'],
    globalSetup: ['tests/setup/global.ts'],
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    reporters: ['default'],
    disableConsoleIntercept: true,
  },
})
