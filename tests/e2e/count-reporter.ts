/** Ends a run with one line that machines read, as the other suites do: `N passed, M failed`. */

import type { FullResult, Reporter, Suite, TestError } from '@playwright/test/reporter'

class CountReporter implements Reporter {
  #suite: Suite | undefined
  #errors = 0

  onBegin(_config: unknown, suite: Suite): void {
    this.#suite = suite
  }

  /** Outside of any test: a file that does not load. */
  onError(_error: TestError): void {
    this.#errors += 1
  }

  onEnd({ status }: FullResult): void {
    const outcomes = (this.#suite?.allTests() ?? []).map((test) => test.outcome())
    const passed = outcomes.filter((outcome) => outcome === 'expected').length
    const skipped = outcomes.filter((outcome) => outcome === 'skipped').length
    const failed = outcomes.length - passed - skipped + this.#errors
    // Something else went wrong, or the run was cut off.
    const atLeast = status === 'passed' ? 0 : 1
    process.stdout.write(`${passed} passed, ${Math.max(failed, atLeast)} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  }

  printsToStdio(): boolean {
    return false
  }
}

// Playwright takes a reporter as a file's default export.
// biome-ignore lint/style/noDefaultExport: see above
export default CountReporter
