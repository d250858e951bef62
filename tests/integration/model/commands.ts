/** What clients do to a lab: commands as data, how they are made up at random, and whom they turn out to mean. */

import fc from 'fast-check'
import type { Lab, Priority, Simulate, WorkflowStatus } from './state.ts'

type OnBusy = 'fail' | 'queue'
type Move<Entry> = { to: 'priority'; priority: Priority } | { to: 'before' | 'after'; neighbour: Entry }

/** `Who` and `Entry` say how workflows and queue entries are meant, `Version` what an `If-Match` carries. */
type Shape<Who, Entry, Version> =
  | { kind: 'book' | 'release'; device: string; workflow: Who }
  | { kind: 'forceRelease' | 'addDevice' | 'deleteDevice'; device: string }
  | { kind: 'enqueue'; device: string; workflow: Who; priority?: Priority | undefined }
  | { kind: 'move'; device: string; entry: Entry; move: Move<Entry>; ifMatch: Version }
  | { kind: 'leave'; device: string; entry: Entry; ifMatch: Version }
  | { kind: 'change'; device: string; mode?: 'processing' | 'maintenance'; connection?: 'online' | 'offline' }
  | { kind: 'execute'; device: string; workflow: Who; simulate: Simulate }
  | { kind: 'create'; device: string; steps: Simulate[]; priority: Priority }
  | { kind: 'start'; workflow: Who; onBusy?: OnBusy | undefined; priority?: Priority | undefined }
  | { kind: 'complete' | 'cancel' | 'deleteWorkflow'; workflow: Who }
  | { kind: 'pause'; workflow: Who; releases: boolean }
  | { kind: 'resume'; workflow: Who; onBusy?: OnBusy | undefined }
  | { kind: 'executeStep'; workflow: Who; step?: number | undefined }
  | { kind: 'recover'; workflow: Who; action: 'retry' | 'skip' | 'mark_done' | 'abort'; heals: boolean }

/** Numbers count round whatever there is, so that any of them means something and small ones are simple. */
export type Wish = Shape<number | 'holder', number, 'none' | 'current' | 'old' | 'any'>

/** A queue's version as the client read it; null: no `If-Match`. */
export type ReadVersion = { etag: string; version: number } | '*' | null
export type Command = Shape<string, string, ReadVersion> & { ref: string }
export type CommandOf<K extends Command['kind']> = Extract<Command, { kind: K }>

export const deviceNames = ['d0', 'd1'] as const
/** Ids that scripts bring; no workflow of the lab. */
export const foreignIds = ['f0', 'f1', 'f2'] as const

/** Whom there is to mean: every reference that was ever known, the gone ones too. */
export type Known = { workflows: readonly string[]; entries: readonly string[]; versions: Readonly<Record<string, readonly ReadVersion[]>> }

/** The states from which a command leads on; most of the commands mean a workflow in one of them. */
const leadsOn: { [K in Wish['kind']]?: readonly WorkflowStatus[] } = {
  enqueue: ['created'],
  start: ['created'],
  executeStep: ['running'],
  complete: ['running'],
  pause: ['running'],
  resume: ['paused'],
  recover: ['awaiting_recovery', 'interrupted'],
}

/** @param ref names the command, and what it creates: `w-REF`, `e-REF` */
export function resolve(wish: Wish, ref: string, lab: Lab, known: Known): Command {
  switch (wish.kind) {
    case 'forceRelease':
    case 'addDevice':
    case 'deleteDevice':
    case 'change':
    case 'create':
      return { ...wish, ref }
    case 'move': {
      const move =
        'neighbour' in wish.move ? { ...wish.move, neighbour: entryMeant(wish.device, wish.move.neighbour, lab, known) } : wish.move
      return { ...wish, ref, entry: entryMeant(wish.device, wish.entry, lab, known), move, ifMatch: versionMeant(wish, known) }
    }
    case 'leave':
      return { ...wish, ref, entry: entryMeant(wish.device, wish.entry, lab, known), ifMatch: versionMeant(wish, known) }
    default:
      return { ...wish, ref, workflow: workflowMeant(wish, lab, known) }
  }
}

function workflowMeant(wish: Extract<Wish, { workflow: unknown }>, lab: Lab, known: Known): string {
  const device = 'device' in wish ? wish.device : undefined
  if (wish.workflow === 'holder') return (device && lab.devices[device]?.holder) ?? 'f0'
  const fitting = known.workflows.filter((name) => {
    const workflow = lab.workflows[name]
    return workflow && leadsOn[wish.kind]?.includes(workflow.status) && (device === undefined || workflow.device === device)
  })
  return preferably(fitting, device === undefined ? known.workflows : [...known.workflows, ...foreignIds], wish.workflow) ?? 'w-nobody'
}

function entryMeant(device: string, pick: number, lab: Lab, known: Known): string {
  return preferably(lab.devices[device]?.queue ?? [], known.entries, pick) ?? 'e-nobody'
}

/** Three numbers of four count round the first, the others round all. */
function preferably(first: readonly string[], all: readonly string[], pick: number): string | undefined {
  const from = pick % 4 < 3 && first.length > 0 ? first : all
  return from.length > 0 ? from[pick % from.length] : undefined
}

function versionMeant({ device, ifMatch }: Extract<Wish, { ifMatch: unknown }>, known: Known): ReadVersion {
  const read = known.versions[device] ?? []
  if (ifMatch === 'any') return '*'
  return (ifMatch === 'current' ? read.at(-1) : ifMatch === 'old' ? read.at(-2) : null) ?? null
}

const device = fc.oneof({ weight: 5, arbitrary: fc.constant('d0') }, { weight: 1, arbitrary: fc.constant('d1') })
const workflow = fc.nat({ max: 19 })
const holderOr = fc.oneof({ weight: 3, arbitrary: fc.constant('holder' as const) }, { weight: 1, arbitrary: workflow })
const entry = fc.nat(19)
const priority = fc.constantFrom<Priority>('normal', 'urgent', 'low')
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const onBusy = fc.constantFrom<OnBusy | undefined>('queue', 'queue', 'queue', 'fail', undefined)
const ifMatch = fc.constantFrom('none' as const, 'none' as const, 'current' as const, 'old' as const, 'any' as const)
const simulate = fc.oneof(
  { weight: 5, arbitrary: fc.constant('none' as const) },
  { weight: 3, arbitrary: fc.constantFrom('fail' as const, 'hang' as const) },
  { weight: 1, arbitrary: fc.constant('disconnect' as const) },
)
const step = fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(3) })

export const stepsOfWorkflow = fc.array(simulate, { maxLength: 3 })

const move = fc.oneof(
  fc.record({ to: fc.constantFrom('before' as const, 'after' as const), neighbour: entry }),
  fc.record({ to: fc.constant('priority' as const), priority }),
)

const droppable = [
  ...([
    'book',
    'release',
    'forceRelease',
    'enqueue',
    'leave',
    'change',
    'addDevice',
    'deleteDevice',
    'execute',
    'create',
    'start',
  ] as const),
  ...(['complete', 'cancel', 'deleteWorkflow', 'pause', 'resume', 'executeStep', 'recover'] as const),
]

function one<K extends Wish['kind'], R extends object>(weight: number, kind: K, fields: { [F in keyof R]: fc.Arbitrary<R[F]> }) {
  return { weight, arbitrary: fc.record(fields).map((rest) => ({ kind, ...rest }) as unknown as Wish) }
}

/** Any command, the telling ones more often. */
export const anyWish: fc.Arbitrary<Wish> = fc.oneof(
  one(3, 'book', { device, workflow }),
  one(3, 'release', { device, workflow: holderOr }),
  one(1, 'forceRelease', { device }),
  one(7, 'enqueue', { device, workflow, priority: maybe(priority) }),
  one(5, 'move', { device, entry, move, ifMatch }),
  one(2, 'leave', { device, entry, ifMatch }),
  one(2, 'change', { device, mode: fc.constantFrom('processing', 'maintenance') }),
  one(2, 'change', { device, connection: fc.constantFrom('online', 'offline') }),
  one(1, 'addDevice', { device }),
  one(1, 'deleteDevice', { device }),
  one(3, 'execute', { device, workflow: holderOr, simulate }),
  one(1, 'create', { device, steps: stepsOfWorkflow, priority }),
  one(7, 'start', { workflow, onBusy, priority: maybe(priority) }),
  one(3, 'complete', { workflow }),
  one(1, 'cancel', { workflow }),
  one(1, 'deleteWorkflow', { workflow }),
  one(4, 'pause', { workflow, releases: fc.boolean() }),
  one(4, 'resume', { workflow, onBusy }),
  one(8, 'executeStep', { workflow, step }),
  one(5, 'recover', { workflow, action: fc.constantFrom('retry', 'skip', 'mark_done', 'abort'), heals: fc.boolean() }),
)

/** A lab at work: one of the first workflows runs, another and a script wait, the second device is booked. */
const atWork = (runs: number): Wish[][] => [
  [{ kind: 'start', workflow: runs }],
  [{ kind: 'start', workflow: 0, onBusy: 'queue' }],
  [{ kind: 'enqueue', device: 'd0', workflow: 11 }],
  [{ kind: 'book', device: 'd1', workflow: 3 }],
]

/** One whose running workflow waits for a decision on its first step. */
const afterFailure: Wish[][] = [...atWork(2), [{ kind: 'executeStep', workflow: 0 }]]

/** One that waits for a device to be back in service. */
const outOfService: Wish[][] = [
  [{ kind: 'change', device: 'd0', mode: 'maintenance' }],
  [{ kind: 'start', workflow: 0, onBusy: 'queue' }],
  [{ kind: 'start', workflow: 0, onBusy: 'queue' }],
]

/**
 * Batches of commands, mostly for a lab that is in the middle of something. Each time some kinds do not come at all: a lab where nobody releases, or nothing is ever
 * cancelled, gets to states that are rare otherwise (swarm testing: Groce et al., ISSTA 2012).
 */
export function batchesOf(batch: fc.Arbitrary<Wish[]>, maxLength: number): fc.Arbitrary<Wish[][]> {
  return fc
    .record({
      first: fc.constantFrom(atWork(0), atWork(1), afterFailure, outOfService, []),
      batches: fc.array(batch, { minLength: 1, maxLength, size: 'max' }),
      without: fc.subarray(droppable, { maxLength: 9 }),
    })
    .map(({ first, batches, without }) => [...first, ...batches.map((wishes) => wishes.filter(({ kind }) => !isOneOf(without, kind)))])
}

function isOneOf(kinds: readonly string[], kind: string): boolean {
  return kinds.includes(kind)
}
