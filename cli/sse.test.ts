/** Reading Server-Sent Events, however the bytes arrive. */

import { expect, test } from 'vitest'
import { type Message, readMessages } from './sse.ts'

test('a block becomes a message: the data lines joined, the id and the pause beside it', async () => {
  expect(await messagesOf('retry: 250\nid: 7\nevent: device.booked\ndata: {"a":\ndata: 1}\n\n')).toEqual([
    { id: '7', retry: 250, data: '{"a":\n1}' },
  ])
})

test.each([1, 2, 3, 7])('messages cut into pieces of %i bytes are whole, whatever ends their lines', async (size) => {
  const text = '\uFEFF: hello\r\n\r\nid:1\r\ndata:Zoë\r\n\r\nid: 2\rdata: two\r\rid: 3\ndata\ndata:  three\n\n'
  expect(await messagesOf(text, size)).toEqual([
    { id: '1', retry: undefined, data: 'Zoë' },
    { id: '2', retry: undefined, data: 'two' },
    { id: '3', retry: undefined, data: '\n three' },
  ])
})

test('an id without data is told, so that whoever resumes knows from where', async () => {
  expect(await messagesOf('id: 41\n\n')).toEqual([{ id: '41', retry: undefined, data: undefined }])
})

test('comments alone are nothing, and half a message at the end is dropped', async () => {
  expect(await messagesOf(': still here\n\nid: 8\ndata: lost')).toEqual([])
})

async function messagesOf(text: string, size = 1000): Promise<Message[]> {
  const bytes = new TextEncoder().encode(text)
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => bytes.subarray(index * size, (index + 1) * size))
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  const messages: Message[] = []
  for await (const message of readMessages(body)) messages.push(message)
  return messages
}
