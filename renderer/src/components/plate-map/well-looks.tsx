/** How wells of a kind are told apart: by colour and by pattern, so that neither is needed alone. */

import type { WorkflowStatus } from '../../../../shared/domain/workflow.ts'
import styles from './plate-map.module.css'

export const patterns = ['solid', 'rising', 'dots', 'cross', 'flat', 'ring', 'upright', 'falling', 'half', 'bar'] as const
export type Pattern = (typeof patterns)[number]

/** `colour` is one of those in the style sheet, 0 to 7. */
export type WellLook = { word: string; colour: number; pattern: Pattern }

const colours = 8

/** The look of the kind at this place among all kinds: the first eight differ in both. */
export function lookAt(place: number, word: string): WellLook {
  return { word, colour: place % colours, pattern: patterns[place % patterns.length] ?? 'solid' }
}

/** Of samples by the workflow that uses them last; `none`: no workflow does. Each has a pattern of its own. */
export const statusLooks: Readonly<Record<WorkflowStatus | 'none', WellLook>> = {
  none: { word: 'In no workflow', colour: 7, pattern: 'ring' },
  created: { word: 'Workflow created', colour: 7, pattern: 'dots' },
  queued: { word: 'Queued', colour: 3, pattern: 'flat' },
  running: { word: 'Running', colour: 0, pattern: 'half' },
  paused: { word: 'Paused', colour: 3, pattern: 'upright' },
  awaiting_recovery: { word: 'Awaiting recovery', colour: 2, pattern: 'cross' },
  interrupted: { word: 'Interrupted', colour: 2, pattern: 'falling' },
  completed: { word: 'Completed', colour: 1, pattern: 'solid' },
  failed: { word: 'Failed', colour: 2, pattern: 'rising' },
  cancelled: { word: 'Cancelled', colour: 6, pattern: 'bar' },
}

export function fillOf(id: string, { colour, pattern }: WellLook): string {
  return `url(#${id}-${colour}-${pattern})`
}

/** The fills of these looks, for a drawing with the given id. */
export function WellFills({ id, looks }: { id: string; looks: readonly WellLook[] }) {
  const known = new Map(looks.map((look) => [`${look.colour}-${look.pattern}`, look]))
  return (
    <defs>
      {[...known].map(([key, { colour, pattern }]) => (
        <pattern key={key} id={`${id}-${key}`} width="1" height="1" viewBox="0 0 12 12" patternContentUnits="userSpaceOnUse">
          <rect width="12" height="12" className={styles.fill} data-colour={colour} />
          <Marks pattern={pattern} />
        </pattern>
      ))}
    </defs>
  )
}

function Marks({ pattern }: { pattern: Pattern }) {
  if (pattern === 'solid') return null
  if (pattern === 'ring') return <circle cx="6" cy="6" r="3.4" className={styles.gap} />
  if (pattern === 'half') return <rect x="6" width="6" height="12" className={styles.gap} />
  if (pattern === 'bar') return <rect x="2.5" y="4.6" width="7" height="2.8" className={styles.gap} />
  if (pattern === 'dots') {
    return <g className={styles.gap}>{[3, 9].flatMap((x) => [3.4, 8.6].map((y) => <circle key={`${x} ${y}`} cx={x} cy={y} r="1.5" />))}</g>
  }
  const lines = {
    rising: 'M-2 6 L6 -2 M-1 13 L13 -1 M6 14 L14 6',
    cross: 'M0 0 L12 12 M12 0 L0 12',
    flat: 'M0 4 H12 M0 8 H12',
    upright: 'M4 0 V12 M8 0 V12',
    falling: 'M-2 6 L6 14 M-1 -1 L13 13 M6 -2 L14 6',
  }
  return <path d={lines[pattern]} className={styles.mark} />
}
