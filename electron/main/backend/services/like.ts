/** Text that a person looks for, as a pattern for `ilike`. */

/** Matches whatever contains the text; `%` and `_` stand for themselves. */
export function contains(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}
