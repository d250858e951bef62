/** What the OpenAPI documents say of the services as a whole: title, common rules, groups of routes. */

export type ServiceName = 'device-service' | 'workflow-service'

const titles = { 'device-service': 'Benchkeeper device service', 'workflow-service': 'Benchkeeper workflow service' }

const purposes = {
  'device-service': 'Devices, who holds them, who waits for them, what they run and what they did.',
  'workflow-service': 'Workflows from their creation to their end, and the samples they are about.',
}

export function about(service: ServiceName, version: string) {
  return { title: titles[service], version, description: `${purposes[service]}\n\n${commonRules}` }
}

const commonRules = `## Common rules
- JSON in UTF-8, names in \`snake_case\`, times as \`2025-01-15T10:00:00.000Z\`; a time without a zone is UTC. Lists are JSON arrays; paging and versions are in headers.
- No body counts as \`{}\`. Unknown fields and query parameters are ignored; known ones are validated, never converted, and the error names the field. A body is at most 1 MiB, of a CSV import 32 MiB.
- An error is \`{"error": "<one sentence for a person>", "code": "<snake_case>", "details": {…}}\`, \`details\` only where there are some.
- Besides what each route lists: 404 \`not_found\` for a path that is not here, 405 \`method_not_allowed\` with an \`Allow\` header.
- 503 comes with \`Retry-After\`: the program is starting, stopping or without its database.
- Every answer carries \`X-Request-Id\`, the one that the request brought or a new one; the program's log names it.
- \`X-Operator: NAME\` says who asks, and is kept with what the request changed.
- A service answers only for its own address (403 \`host_not_allowed\`) and no page of a foreign origin (403 \`origin_not_allowed\`).
- Of racing requests one wins; a client that goes away does not undo a command that was accepted.`

type Tag = { name: string; description: string }

const commonTags: Tag[] = [
  { name: 'Events', description: 'What happens, told as it happens. Both services give the same sequence.' },
  { name: 'Service', description: 'About the service itself.' },
]

const ownTags: Record<ServiceName, Tag[]> = {
  'device-service': [
    { name: 'Devices', description: 'What there is on the bench.' },
    { name: 'Bookings', description: 'One holder at a time; a release hands the device to the next in its queue in the same transaction.' },
    { name: 'Queue', description: 'Urgent before normal before low, first come first served inside a priority, and by hand-made moves.' },
    { name: 'Execution logs', description: 'What devices did, page by page or streamed whole.' },
  ],
  'workflow-service': [
    { name: 'Workflows', description: 'Steps on one device: created → [queued →] running → completed.' },
    { name: 'Running workflows', description: 'What is done with a workflow until it has ended.' },
    { name: 'Schedule', description: 'What the lab expects, by what it has measured and by how its earlier expectations came out.' },
    { name: 'Samples', description: 'What has which barcode, and in which well it sits.' },
  ],
}

export function tagsOf(service: ServiceName): Tag[] {
  return [...ownTags[service], ...commonTags]
}
