/** Ends a run with a line for each failure, and one line that machines read: `N passed, M failed`. */

import { relative } from 'node:path'
import type { Reporter, SerializedError, TestModule, TestSuite } from 'vitest/node'
import { type Failure, printCount } from './print-count.ts'

/**
 * Counts tests, and as failed also what breaks outside of a test and would otherwise count nowhere:
 * a file that does not load, a hook that throws (a leak), an unhandled rejection.
 */
export class CountReporter implements Reporter {
  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandled: ReadonlyArray<SerializedError>): void {
    const failures: Failure[] = unhandled.map(({ message }) => ({ where: 'outside of any test', message }))
    const unsteady: Failure[] = []
    let passed = 0
    let skipped = 0

    for (const module of modules) {
      const file = relative(process.cwd(), module.moduleId)
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        const failure = { where: `${file} > ${test.fullName}`, message: errors?.[0]?.message ?? state }
        if (state === 'passed') passed += 1
        else if (state === 'skipped') skipped += 1
        // A test that was still pending when the run was interrupted did not pass.
        else failures.push(failure)
        if (test.diagnostic()?.flaky) unsteady.push(failure)
      }
      for (const suite of [module, ...module.children.allSuites()]) failures.push(...brokenAround(suite, file))
    }

    printCount({ passed, failures, skipped, unsteady })
  }
}

function brokenAround(suite: TestModule | TestSuite, file: string): Failure[] {
  const where = suite.type === 'suite' ? `${file} > ${suite.fullName}` : file
  return suite.errors().map(({ message }) => ({ where, message }))
}
