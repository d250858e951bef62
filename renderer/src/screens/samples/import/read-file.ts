/** A file of the person's computer, as the contract takes it. */

/** MiB. */
export const longestFile = 32

/** Base64 of its bytes. */
export function readAsBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onerror = () => reject(new Error(`${file.name} could not be read`))
    // "data:text/csv;base64,…"; an empty file has nothing behind the comma, or no comma.
    reader.onload = () => resolve(String(reader.result).split(',', 2)[1] ?? '')
    reader.readAsDataURL(file)
  })
}
