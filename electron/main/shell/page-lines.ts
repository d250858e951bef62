/** Joins each page to the lab: what a page says goes to the lab's thread and back, unread, except what it asks of the shell. */

import type { MessagePort } from 'node:worker_threads'
import type { WebContents } from 'electron'
import { hearPages, sendToPage } from './ipc.ts'

export type PageLines = {
  /** The lab is another one now, or none: pages that speak again get a new line. */
  cut(): void
}

/**
 * @param connect gives a line to the lab; undefined when there is none
 * @param askShell answers what is the shell's to answer
 */
export function joinPages(
  connect: () => MessagePort | undefined,
  askShell: (method: string, input: unknown) => Promise<unknown>,
): PageLines {
  const lines = new Map<WebContents, MessagePort>()

  function lineOf(page: WebContents): MessagePort | undefined {
    const known = lines.get(page)
    if (known) return known
    const line = connect()
    if (!line) return undefined
    line.on('message', (message: unknown) => sendToPage(page, message))
    lines.set(page, line)
    return line
  }

  function drop(page: WebContents): void {
    lines.get(page)?.close()
    lines.delete(page)
  }

  const followed = new WeakSet<WebContents>()
  /** A page that is loaded anew knows nothing of the old one's questions. */
  function follow(page: WebContents): void {
    if (followed.has(page)) return
    followed.add(page)
    page.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
      if (isMainFrame && !isSameDocument) drop(page)
    })
    page.once('destroyed', () => drop(page))
  }

  hearPages((message, page) => {
    follow(page)
    const question = shellQuestion(message)
    if (question) {
      void askShell(question.method, question.input).then((answer) => sendToPage(page, { id: question.id, answer }))
    } else lineOf(page)?.postMessage(message)
  })

  return {
    cut() {
      for (const page of [...lines.keys()]) {
        drop(page)
        // The page's client then opens a new line (renderer/src/api/line.ts).
        sendToPage(page, null)
      }
    },
  }
}

function shellQuestion(message: unknown): { id: number; method: string; input: unknown } | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { id, method, input } = message as Record<string, unknown> // any object may be looked into
  return typeof id === 'number' && typeof method === 'string' && method.startsWith('shell.') ? { id, method, input } : undefined
}
