/** Barcodes out of text that was copied from anywhere. */

/** One on each line, or separated by commas, semicolons or tabs; quotes and blanks around them go, each counts once. */
export function barcodesIn(text: string): string[] {
  const found = text
    .split(/[\r\n,;\t]+/)
    .map((part) =>
      part
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .trim(),
    )
    .filter((part) => part !== '')
  return [...new Set(found)]
}
