/** Server-Sent Events out of a stream of bytes (WHATWG HTML, 9.2). */

export type Message = {
  /** The last one seen; also of a block that has an `id:` and no data. */
  id: string | undefined
  /** Milliseconds, where the service asks for another pause before the next attempt. */
  retry: number | undefined
  /** Undefined when the block only had an `id:` or a `retry:`. */
  data: string | undefined
}

/** Rejects when the connection breaks. What a broken connection left half-sent is dropped, as the standard wants it. */
export async function* readMessages(body: ReadableStream<Uint8Array>): AsyncGenerator<Message> {
  let text = ''
  let block: string[] = []
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    // A carriage return at the very end may be the first half of a line's end.
    const lines = text.split(/\r\n|\n|\r(?!$)/)
    text = lines.pop() ?? ''
    for (const line of lines) {
      if (line !== '') {
        block.push(line)
        continue
      }
      const message = messageOf(block)
      block = []
      if (message) yield message
    }
  }
}

function messageOf(block: readonly string[]): Message | undefined {
  const fields = block.map((line) => /^([^:]*)(?:: ?(.*))?$/s.exec(line)).map((match) => ({ name: match?.[1], value: match?.[2] ?? '' }))
  const valuesOf = (wanted: string) => fields.filter(({ name }) => name === wanted).map(({ value }) => value)
  const [id, retry, data] = [valuesOf('id').at(-1), valuesOf('retry').at(-1), valuesOf('data')]
  if (id === undefined && retry === undefined && data.length === 0) return undefined
  return {
    id,
    retry: retry !== undefined && /^\d+$/.test(retry) ? Number(retry) : undefined,
    data: data.length > 0 ? data.join('\n') : undefined,
  }
}
