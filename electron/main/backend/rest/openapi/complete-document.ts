/** Adds to the document that the routes give what no single route knows: common answers, headers, parameters, examples, the codes of errors. */

import { answeredAlways, type RestApp } from '../app.ts'
import type { OperationExamples } from './examples/example.ts'
import { codesIn, type Refusal, type RefusalCode } from './refusals.ts'
import { commonAnswers, components, errorContent, ref, requestIdHeader, retryAfterHeader } from './shared-parts.ts'

export type Document = ReturnType<RestApp['getOpenAPI31Document']>
type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>
type Reference = { $ref: string }
type Answer = Exclude<NonNullable<NonNullable<Operation['responses']>['default']>, Reference>
/** Theirs leaves room for `any`. */
type Answers = Record<string, Answer | Reference>
type Body = Exclude<NonNullable<Operation['requestBody']>, Reference>

type Options = {
  /** By `METHOD /path`. */
  examples: Readonly<Record<string, OperationExamples>>
  tags: Document['tags']
  withToken: boolean
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const

export function completeDocument(document: Document, { examples, tags, withToken }: Options): Document {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, path, operation }] : []
    }),
  )
  for (const { method, path, operation } of operations) {
    operation.operationId = operationId(method, path)
    completeParameters(operation, method)
    completeBody(operation, document, examples[`${method.toUpperCase()} ${path}`])
    completeAnswers(operation, path, examples[`${method.toUpperCase()} ${path}`] ?? {}, withToken)
  }
  const shared = components(withToken)
  return {
    ...document,
    tags,
    ...(withToken ? { security: [{ token: [] }] } : {}),
    components: { ...document.components, ...shared },
  }
}

/** `postDevicesIdBook`: for generators of clients, which want a name for everything. */
function operationId(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

/** As the standards write them; the routes look them up in lower case. */
const headerNames: Readonly<Record<string, string>> = { 'if-match': 'If-Match', 'last-event-id': 'Last-Event-ID' }

function completeParameters(operation: Operation, method: string): void {
  const own = (operation.parameters ?? []).map((parameter) =>
    'name' in parameter ? { ...parameter, name: headerNames[parameter.name] ?? parameter.name } : parameter,
  )
  operation.parameters = method === 'get' ? own : [...own, ref('parameters', 'Operator')]
}

function completeBody(operation: Operation, document: Document, examples: OperationExamples | undefined): void {
  const body = operation.requestBody
  if (!body || '$ref' in body) return
  for (const [mediaType, content] of Object.entries(body.content)) {
    // No body counts as {}, which is enough where no field is required.
    if (mediaType === 'application/json') body.required = requiresFields(content.schema, document)
    const values = Object.entries(examples?.bodies?.[mediaType] ?? {})
    if (values.length > 0) content.examples = Object.fromEntries(values.map(([summary, value]) => [nameOf(summary), { summary, value }]))
  }
}

function requiresFields(schema: Body['content'][string]['schema'], document: Document): boolean {
  const name = schema && '$ref' in schema ? schema.$ref?.split('/').at(-1) : undefined
  const found = name === undefined ? schema : document.components?.schemas?.[name]
  return found !== undefined && 'required' in found && (found.required?.length ?? 0) > 0
}

/** `A thermocycler` → `a-thermocycler`. */
function nameOf(summary: string): string {
  return summary.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}

function completeAnswers(operation: Operation, path: string, examples: OperationExamples, withToken: boolean): void {
  const own: Answers = operation.responses ?? {}
  const answers: Answers = {}
  const mediaTypes = operation.requestBody && 'content' in operation.requestBody ? Object.keys(operation.requestBody.content) : []

  for (const [status, answer] of Object.entries(own)) {
    if ('$ref' in answer) continue
    const code = Number(status)
    if (code < 400 || path === '/health') addToAnswer(answer, code, examples.answers?.[code])
    else addCodes(answer, code, alwaysPossible(code, mediaTypes), examples.refusals ?? {})
    answers[status] = answer
  }
  for (const { status, name, applies } of commonAnswers) {
    const isPossible = applies({ withToken, hasBody: mediaTypes.length > 0, needsLab: !answeredAlways(path) })
    // 500 and 503 are the same everywhere; the rest only where the route has nothing of its own to say.
    if (isPossible && (!answers[status] || (status >= 500 && path !== '/health'))) answers[status] = ref('responses', name)
  }
  operation.responses = answers
}

/** What a route need not name, because any can answer it. */
function alwaysPossible(status: number, mediaTypes: string[]): RefusalCode[] {
  if (status === 400) return mediaTypes.includes('application/json') ? ['invalid_input', 'invalid_json'] : ['invalid_input']
  if (status === 403) return ['host_not_allowed', 'origin_not_allowed']
  return []
}

function addToAnswer(answer: Answer, status: number, examples: Readonly<Record<string, unknown>> | undefined): void {
  answer.headers = { ...answer.headers, ...requestIdHeader, ...(status === 503 ? retryAfterHeader : {}) }
  for (const [mediaType, content] of Object.entries(answer.content ?? {})) {
    const example = examples?.[mediaType]
    if (example !== undefined) content.example = example
  }
}

/** Says which codes the answer can have, and how each looks. */
function addCodes(answer: Answer, status: number, always: RefusalCode[], own: Partial<Record<RefusalCode, Refusal>>): void {
  const codes = [...new Set([...codesIn(answer.description, status), ...always])]
  const unnamed = codes.filter((code) => !answer.description.includes(`\`${code}\``))
  if (unnamed.length > 0) answer.description += `; ${unnamed.map((code) => `\`${code}\``).join(', ')}`
  answer.headers = { ...answer.headers, ...requestIdHeader }
  answer.content = { 'application/json': errorContent(codes, own) }
}
