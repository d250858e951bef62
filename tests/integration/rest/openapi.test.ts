/** Holds the services, their OpenAPI documents and the contract (rest-api.md) together: every documented answer is had for real, and nothing else. */

import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Client } from '../../support/client.ts'
import { deviceScenes } from '../../support/contract/device-scenes.ts'
import { type ApiDocument, expectDocumented, type Operation, readDocument } from '../../support/contract/document.ts'
import { workflowScenes } from '../../support/contract/workflow-scenes.ts'
import { useLab } from '../../support/lab.ts'
import { rawRequest } from '../../support/raw-request.ts'

const services = [
  ['device', deviceScenes],
  ['workflow', workflowScenes],
] as const

describe.each(services)('the document of the %s service', (service, scenes) => {
  const lab = useLab('embedded', {})
  const client = () => lab()[service]
  let document: ApiDocument
  beforeAll(async () => {
    document = await readDocument(client())
  })

  it('is OpenAPI 3.1', async () => {
    const { source } = document
    expect(await new Validator().validate(source)).toEqual({ valid: true })
    expect(source).toMatchObject({ openapi: '3.1.0', info: { title: `Benchkeeper ${service} service`, version: '0.0.0-test' } })
  })

  it('names the address that it was asked at', async () => {
    const { url } = client()
    expect(document.source.servers).toEqual([{ url }])
    const asLocalhost = await fetch(`${url.replace('127.0.0.1', 'localhost')}/openapi.json`)
    expect(((await asLocalhost.json()) as ApiDocument['source']).servers).toEqual([{ url: url.replace('127.0.0.1', 'localhost') }])
  })

  it('has the routes of the contract, and no other', async () => {
    expect(document.operations.map(({ key }) => key).sort()).toEqual(Object.keys(scenes).sort())
  })

  it('says of every operation what it does, in a group, under a name of its own', async () => {
    const { operations, source } = document
    const groups = source.tags.map(({ name }) => name)
    expect(operations.filter(({ summary, tags }) => !summary || tags?.length !== 1 || !groups.includes(tags[0] ?? ''))).toEqual([])
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  })

  it('shows an example of every body and of every answer, which fits its schema', async () => {
    const without: string[] = []
    for (const { key, bodies, answers } of document.operations) {
      const shown = [['body', bodies], ...Object.entries(answers).map(([status, { content = {} }]) => [status, content] as const)] as const
      for (const [where, content] of shown) {
        for (const [mediaType, { schema, example, examples = {} }] of Object.entries(content)) {
          const values = [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)]
          if (values.length === 0) without.push(`${key} ${where} ${mediaType}`)
          for (const value of values) expect(document.problems(schema, value), `${key} ${where} ${JSON.stringify(value)}`).toEqual([])
        }
      }
    }
    expect(without).toEqual(['GET /docs 200 text/html', 'GET /openapi.json 200 application/json'])
  })

  it.each(Object.keys(scenes))('is what %s does', async (key) => {
    const operation = document.operation(key)
    const seen = new Set<string>()

    function see(answer: Answer, expected?: string): void {
      expectDocumented(document, key, answer)
      const names = namesOf(answer)
      if (expected) expect(names, JSON.stringify(answer.body)).toContain(expected)
      for (const name of names) seen.add(name)
      if (answer.status >= 400) expect(answer.body.error).toBe(sentenceOf(operation, answer))
    }

    const bodies = Object.values(operation.bodies).flatMap(({ examples = {} }) => Object.values(examples).map(({ value }) => value))
    for (const example of bodies.length > 0 ? bodies : [undefined]) {
      const answer = await scenes[key]?.succeeds(lab(), example)
      expect(answer?.status, `${key} ${JSON.stringify(example)} ${JSON.stringify(answer?.body)}`).toBeLessThan(300)
      if (answer) see(answer)
    }
    for (const [name, play] of Object.entries(scenes[key]?.others ?? {})) see(await play(lab()), name)
    for (const [name, answer] of await whatAnyRefuses(client(), operation, bodies[0])) see(answer, name)

    expect([...seen].sort()).toEqual([...documentedIn(operation)].filter((name) => !notProvoked.includes(name)).sort())
  })
})

/** Answers that need a program in trouble; others of its tests bring it there. */
const notProvoked = ['500', 'internal', '503', 'starting', 'stopping', 'no_database', 'database_unavailable']

/** An answer's status, and what it is: its code, or its media type. */
function namesOf({ status, headers, body }: Answer): string[] {
  const mediaType = headers.get('content-type')?.split(';')[0]
  return [String(status), ...(status >= 400 ? [body.code] : mediaType ? [mediaType] : [])]
}

/** The same of everything that the operation documents. */
function documentedIn({ answers }: Operation): Set<string> {
  const names = Object.entries(answers).flatMap(([status, { content = {} }]) => [
    status,
    ...(Number(status) >= 400 ? codesOf(content) : Object.keys(content)),
  ])
  return new Set(names)
}

function codesOf(content: Operation['bodies']): string[] {
  return Object.keys(content['application/json']?.examples ?? {})
}

/** How the document says that such a refusal reads. */
function sentenceOf({ answers }: Operation, { status, body }: Answer): unknown {
  const example = answers[status]?.content?.['application/json']?.examples?.[body.code]?.value
  return (example as { error?: string } | undefined)?.error
}

/** What needs no scene: input that does not fit, a body that is none, a strange caller, something that is not there. */
async function whatAnyRefuses({ url }: Client, operation: Operation, body: unknown): Promise<[code: string, Answer][]> {
  const { key, answers, bodies } = operation
  const [method = '', path = ''] = key.split(' ')
  const address = url + path.replace('{entry_id}', '1').replaceAll(/\{\w+\}/g, 'nowhere')
  const [mediaType] = Object.keys(bodies)
  const typed = mediaType ? { 'content-type': mediaType } : {}
  const good = body === undefined ? [] : [typeof body === 'string' ? body : JSON.stringify(body)]
  const ask = (headers: Record<string, string | number>, pieces: string[] = good) =>
    rawRequest(address, { method, headers: { ...(pieces.length > 0 ? typed : {}), ...headers }, body: pieces })

  const isAboutOperator = String(sentenceOf(operation, { status: 400, body: { code: 'invalid_input' } } as Answer)).startsWith('X-Operator')
  const found: [string, Answer][] = [
    ['host_not_allowed', await ask({ host: 'lab.example' })],
    ['origin_not_allowed', await ask({ origin: 'http://lab.example' })],
    ['invalid_input', await (isAboutOperator ? ask({ 'x-operator': 'x'.repeat(81) }) : ask({}, mediaType ? ['{}'] : []))],
  ]
  if (mediaType) {
    found.push(['unsupported_media_type', await ask({ 'content-type': 'application/x-www-form-urlencoded' }, ['a=1'])])
    found.push(['body_too_large', await ask({ 'content-length': 33 * 1024 * 1024 }, [])])
  }
  if (mediaType === 'application/json') found.push(['invalid_json', await ask({}, ['{'])])
  const [notFound] = codesOf(answers[404]?.content ?? {})
  if (notFound) found.push([notFound, await ask({})])
  return found
}
