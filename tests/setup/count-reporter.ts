/** Ends a run with one line that machines read: `N passed, M failed`. */

import type { Reporter, SerializedError, TestModule, TestSuite } from 'vitest/node'

/**
 * Counts tests, and as failed also what breaks outside of a test and would otherwise count nowhere:
 * a file that does not load, a hook that throws (a leak), an unhandled rejection.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 }

    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        // A test that was still pending when the run was interrupted did not pass.
        count[state === 'pending' ? 'failed' : state] += 1
      }
      for (const suite of [module, ...module.children.allSuites()]) count.failed += suiteErrors(suite)
    }

    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
    process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`)
  }
}

function suiteErrors(suite: TestModule | TestSuite): number {
  return suite.errors().length
}
