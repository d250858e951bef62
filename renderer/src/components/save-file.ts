/** Gives the person a file. */

export function saveFile(name: string, type: string, content: BlobPart): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has begun by then; until it has, the address must stand.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
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
