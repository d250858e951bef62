/** Ends a run as the other suites do: a line for each failure, and `N passed, M failed` for machines. */

import { relative } from 'node:path'
import type { FullResult, Reporter, Suite, TestCase, TestError, TestResult } from '@playwright/test/reporter'
import { type Failure, printCount } from '../setup/print-count.ts'

class CountReporter implements Reporter {
  #suite: Suite | undefined
  readonly #errors: Failure[] = []

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite
  }

  /** Outside of any test: a file that does not load. */
  onError({ message = 'no message' }: TestError): void {
    this.#errors.push({ where: 'outside of any test', message })
  }

  onEnd({ status }: FullResult): void {
    const failures = [...this.#errors]
    const unsteady: Failure[] = []
    let passed = 0
    let skipped = 0

    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome()
      if (outcome === 'expected' || outcome === 'flaky') passed += 1
      else if (outcome === 'skipped') skipped += 1
      else failures.push(failureOf(test, test.results.at(-1)))
      if (outcome === 'flaky') unsteady.push(failureOf(test, test.results[0]))
    }

    // Something else went wrong, or the run was cut off.
    if (status !== 'passed' && failures.length === 0) failures.push({ where: 'outside of any test', message: `the run ended as ${status}` })
    printCount({ passed, failures, skipped, unsteady })
  }

  printsToStdio(): boolean {
    return false
  }
}

function failureOf(test: TestCase, result: TestResult | undefined): Failure {
  const title = test.titlePath().slice(3).join(' > ')
  return {
    where: `${relative(process.cwd(), test.location.file)} > ${title}`,
    // A test whose time was over names in a second one what it waited for.
    message: result?.errors.map(({ message }) => message).join(' — ') || result?.status || 'it did not run',
  }
}

// Playwright takes a reporter as a file's default export.
// biome-ignore lint/style/noDefaultExport: see above
export default CountReporter
