/** Gives the person a file. */

export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // Not before the browser has taken it over.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A name of something as the beginning of a file's name. */
export function fileNameOf(name: string): string {
  return (
    name
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '')
      .toLowerCase() || 'unnamed'
  )
}
