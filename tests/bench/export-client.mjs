/** Takes a whole answer in a process of its own, so that what it needs is not counted as the program's. Argument: the address. */

const [, , address = ''] = process.argv
const began = performance.now()
const response = await fetch(address)
let bytes = 0
let firstByte = Number.NaN
for await (const chunk of response.body ?? []) {
  if (bytes === 0) firstByte = performance.now() - began
  bytes += chunk.length
}
process.send?.({ bytes, firstByte, elapsed: performance.now() - began })
process.disconnect()
