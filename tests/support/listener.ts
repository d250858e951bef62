/** A listener of `GET /events`, as a script would be one. */

/** `id` is NaN for what has none. */
export type Heard = { id: number; kind: string; data: Record<string, unknown> }

export type Listener = {
  status: number
  headers: Headers
  /** The next event; rejects when the stream has ended. */
  next(): Promise<Heard>
  /** The next events up to and including the first that fits. */
  until(fits: (event: Heard) => boolean): Promise<Heard[]>
  /** Comment lines heard so far. */
  comments: string[]
  /** The rest of the stream, until the service ends it. */
  toEnd(): Promise<Heard[]>
  close(): Promise<void>
}

export async function listenTo(url: string, headers: Record<string, string> = {}): Promise<Listener> {
  const over = new AbortController()
  const response = await fetch(url, { headers: { Accept: 'text/event-stream', ...headers }, signal: over.signal })
  const comments: string[] = []
  const events = read(response, comments)

  async function next(): Promise<Heard> {
    const { done, value } = await events.next()
    if (done) throw new Error('the stream has ended')
    return value
  }
  return {
    status: response.status,
    headers: response.headers,
    comments,
    next,
    async until(fits) {
      const heard: Heard[] = []
      for (;;) {
        const event = await next()
        heard.push(event)
        if (fits(event)) return heard
      }
    },
    async toEnd() {
      const heard: Heard[] = []
      for await (const event of events) heard.push(event)
      return heard
    },
    async close() {
      over.abort()
      await events.return(undefined).catch(() => undefined)
    },
  }
}

async function* read(response: Response, comments: string[]): AsyncGenerator<Heard> {
  let text = ''
  for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line)?.slice(1, 3) ?? ['', ''])
      comments.push(...fields.filter(([name]) => name === '').map(([, value]) => value ?? ''))
      const field = (name: string) => fields.find(([found]) => found === name)?.[1]
      const kind = field('event')
      if (kind !== undefined) yield { id: Number(field('id')), kind, data: JSON.parse(field('data') ?? 'null') }
    }
  }
}
