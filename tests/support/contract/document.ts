/** A service's OpenAPI document as a test reads it: its operations, and whether a real answer is one of those documented. */

import { Ajv2020, type SchemaObject, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect } from 'vitest'
import type { Answer, Client } from '../client.ts'

type Json = Record<string, unknown>
type Content = Record<string, { schema: Json; example?: unknown; examples?: Record<string, { value: unknown }> }>
type DocumentedAnswer = { description: string; headers?: Record<string, { $ref?: string }>; content?: Content }
type Reference = { $ref: string }

export type Operation = {
  /** `POST /devices` */
  key: string
  operationId: string
  summary: string
  tags: string[]
  parameters: { name: string; in: string }[]
  /** By media type. */
  bodies: Content
  /** By status. */
  answers: Record<string, DocumentedAnswer>
}

type Source = Omit<Operation, 'key' | 'bodies' | 'answers'> & {
  requestBody?: { content: Content }
  responses: Record<string, DocumentedAnswer | Reference>
}

export type ApiDocument = {
  source: {
    info: Json
    servers: { url: string }[]
    tags: { name: string }[]
    paths: Record<string, Record<string, Source>>
    components: Json
  }
  operations: Operation[]
  operation(key: string): Operation
  /** What is wrong with a value, with fields that the schema does not declare; empty when nothing is. */
  problems(schema: Json, value: unknown): string[]
}

export async function readDocument(client: Client, headers: Record<string, string> = {}): Promise<ApiDocument> {
  const answer = await client.get('/openapi.json', headers)
  expect(answer).toMatchObject({ status: 200 })
  const source: ApiDocument['source'] = answer.body
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addSchema(closed({ $id: documentId, components: source.components }) as SchemaObject)
  const compiled = new Map<Json, ValidateFunction>()

  const operations = Object.entries(source.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { requestBody, responses, parameters = [], ...rest }]) => ({
      ...rest,
      key: `${method.toUpperCase()} ${path}`,
      parameters,
      bodies: requestBody?.content ?? {},
      answers: Object.fromEntries(Object.entries(responses).map(([status, given]) => [status, resolved(given)])),
    })),
  )

  function resolved(given: DocumentedAnswer | Reference): DocumentedAnswer {
    if (!('$ref' in given)) return given
    const found = given.$ref
      .split('/')
      .slice(1)
      .reduce<unknown>((value, name) => (value as Json)[name], source)
    return found as DocumentedAnswer // what a reference in `responses` leads to
  }

  return {
    source,
    operations,
    operation(key) {
      const found = operations.find((candidate) => candidate.key === key)
      if (!found) throw new Error(`the document has no ${key}`)
      return found
    },
    problems(schema, value) {
      const validate = compiled.get(schema) ?? ajv.compile(closed(schema) as SchemaObject)
      compiled.set(schema, validate)
      validate(value)
      return (validate.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath || 'it'} ${message} ${JSON.stringify(params)}`,
      )
    },
  }
}

/** Fails unless the document says that the operation can answer so. */
export function expectDocumented(document: ApiDocument, key: string, { status, headers, body }: Answer): void {
  const documented = document.operation(key).answers[status]
  expect(documented, `${key} answered ${status}, which is not documented: ${JSON.stringify(body)}`).toBeDefined()
  const content = documented?.content ?? {}
  const mediaType = headers.get('content-type')?.split(';')[0] ?? ''
  expect(Object.keys(content).length === 0 ? [''] : Object.keys(content), `${key} ${status}`).toContain(mediaType)
  const schema = content[mediaType]?.schema
  expect(schema ? document.problems(schema, body) : [], `${key} ${status} ${JSON.stringify(body)}`).toEqual([])
  for (const name of alwaysThere.filter((header) => documented?.headers?.[header]))
    expect(headers.get(name), `${key} ${status}`).toBeTruthy()
  expect(Object.keys(documented?.headers ?? {})).toContain('X-Request-Id')
}

/** Headers that stand in every answer that documents them. */
const alwaysThere = ['X-Request-Id', 'ETag', 'Retry-After', 'WWW-Authenticate']

const documentId = 'https://lab.example/openapi.json'

/** The same schemas, without room for fields that they do not declare; references lead to the document, wherever they stand. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, name === '$ref' ? `${documentId}${value}` : closed(value)]),
  )
  const isObject = [inner.type].flat().includes('object') && 'properties' in inner && !('additionalProperties' in inner)
  return isObject ? { ...inner, additionalProperties: false } : inner
}
