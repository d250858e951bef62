/** What operations of a document refer to: common answers, headers, the operator, the token. */

import { type Refusal, type RefusalCode, refusals } from './refusals.ts'

const text = { type: 'string' } as const

export function ref(kind: 'schemas' | 'responses' | 'parameters' | 'headers', name: string) {
  return { $ref: `#/components/${kind}/${name}` }
}

export const requestIdHeader = { 'X-Request-Id': ref('headers', 'RequestId') }
export const retryAfterHeader = { 'Retry-After': ref('headers', 'RetryAfter') }

type Facts = { withToken: boolean; hasBody: boolean; needsLab: boolean }

type CommonAnswer = {
  status: number
  name: string
  description: string
  codes: RefusalCode[]
  headers?: Record<string, { $ref: string }>
  /** Whether an operation can answer so. */
  applies(facts: Facts): boolean
}

const always = () => true

export const commonAnswers: readonly CommonAnswer[] = [
  { status: 400, name: 'InvalidInput', description: 'What was sent does not fit', codes: ['invalid_input'], applies: always },
  {
    status: 401,
    name: 'Unauthorized',
    description: 'The token is missing or wrong',
    codes: ['unauthorized'],
    headers: { 'WWW-Authenticate': ref('headers', 'Authenticate') },
    applies: ({ withToken }) => withToken,
  },
  {
    status: 403,
    name: 'NotAllowed',
    description: 'Called by a strange name, or by a page of a foreign origin',
    codes: ['host_not_allowed', 'origin_not_allowed'],
    applies: always,
  },
  { status: 413, name: 'TooLarge', description: 'The body is too large', codes: ['body_too_large'], applies: ({ hasBody }) => hasBody },
  {
    status: 415,
    name: 'WrongType',
    description: 'The body is of another type',
    codes: ['unsupported_media_type'],
    applies: ({ hasBody }) => hasBody,
  },
  {
    status: 500,
    name: 'Fault',
    description: 'A fault in the program; its log has it under `request_id`',
    codes: ['internal'],
    applies: always,
  },
  {
    status: 503,
    name: 'OutOfService',
    description: 'Starting, stopping, or without a database',
    codes: ['starting', 'stopping', 'no_database', 'database_unavailable'],
    headers: retryAfterHeader,
    applies: ({ needsLab }) => needsLab,
  },
]

/** What goes into the document's `components`, beside the schemas of the routes. */
export function components(withToken: boolean) {
  const answers = commonAnswers.filter(({ applies }) => applies({ withToken, hasBody: true, needsLab: true }))
  return {
    responses: Object.fromEntries(
      answers.map(({ name, description, codes, headers }) => [
        name,
        { description, headers: { ...headers, ...requestIdHeader }, content: { 'application/json': errorContent(codes) } },
      ]),
    ),
    headers: {
      RequestId: { description: 'The id under which the log knows this request', schema: text },
      RetryAfter: { description: 'Seconds after which it is worth asking again', schema: { type: 'integer' as const } },
      ...(withToken ? { Authenticate: { description: 'How to ask', schema: text } } : {}),
    },
    parameters: {
      Operator: {
        name: 'X-Operator',
        in: 'header' as const,
        description: 'Who asks, such as `Ada`; kept with what the request changed',
        schema: { type: 'string' as const, maxLength: 80 },
      },
    },
    ...(withToken
      ? { securitySchemes: { token: { type: 'http' as const, scheme: 'bearer', description: 'The token of `--token`' } } }
      : {}),
  }
}

/** An error with one of these codes. */
export function errorContent(codes: readonly RefusalCode[], own: Readonly<Partial<Record<RefusalCode, Refusal>>> = {}) {
  const examples = codes.map((code) => {
    const { error, ...more } = own[code] ?? refusals[code]
    return [code, { value: { error, code, ...more } }] as const
  })
  return {
    schema: { allOf: [ref('schemas', 'Error'), { properties: { code: { enum: [...codes] } } }] },
    examples: Object.fromEntries(examples),
  }
}
