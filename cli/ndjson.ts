/** JSON objects, one a line, out of a stream of bytes. */

/** The lines that are not empty. Rejects when the connection breaks. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = ''
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split('\n')
    text = lines.pop() ?? ''
    yield* lines.filter(Boolean)
  }
  if (text) yield text
}
