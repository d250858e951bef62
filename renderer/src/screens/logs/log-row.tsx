/** One row of the table of logs. Drawn again only when it shows something else. */

import { memo } from 'react'
import type { LogRowWire } from '../../../../shared/contract/logs.ts'
import { logLooks, State } from '../../components/state.tsx'
import { formatDuration, formatInstant } from '../../components/time-format.ts'
import styles from './log-table.module.css'

export const columns = [
  { key: 'time', name: 'Started' },
  { key: 'status', name: 'Status' },
  { key: 'device', name: 'Device' },
  { key: 'operation', name: 'Operation' },
  { key: 'workflow', name: 'Workflow' },
  { key: 'duration', name: 'Took' },
  { key: 'details', name: 'Error or parameters' },
] as const

type Props = {
  row: LogRowWire | undefined
  index: number
  id: string
  /** Pixels in the layer. */
  y: number
  isCursor: boolean
  isSelected: boolean
  isOpen: boolean
}

export const LogRow = memo(function LogRow({ row, index, id, y, isCursor, isSelected, isOpen }: Props) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as of the grid, log-table.tsx
    // biome-ignore lint/a11y/useFocusableInteractive: as of the grid
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      data-index={index}
      data-cursor={isCursor || undefined}
      data-open={isOpen || undefined}
      data-odd={index % 2 === 1 || undefined}
      className={styles.row}
      style={{ transform: `translateY(${y}px)` }}
    >
      {columns.map(({ key }) => (
        // biome-ignore lint/a11y/useSemanticElements: as of the grid
        // biome-ignore lint/a11y/useFocusableInteractive: as of the grid
        <span role="gridcell" key={key} data-column={key} data-trouble={(key === 'details' && row?.error != null) || undefined}>
          {row ? cellOf[key](row) : <span className={styles.waiting} data-waiting />}
        </span>
      ))}
    </div>
  )
})

const cellOf: Readonly<Record<(typeof columns)[number]['key'], (row: LogRowWire) => React.ReactNode>> = {
  time: ({ startedAt }) => `${formatInstant(startedAt, { seconds: true })}.${startedAt.slice(20, 23)}`,
  status: ({ status }) => <State look={logLooks[status]} />,
  device: ({ deviceId }) => deviceId,
  operation: ({ operation }) => operation,
  workflow: ({ workflowName, workflowId }) => workflowName ?? workflowId,
  duration: ({ durationMs }) => (durationMs === null ? '' : formatDuration(durationMs / 1000)),
  details: ({ error, parameters }) => error ?? shortJson(parameters),
}

/** `{"volume": 50}` as `volume 50`; what is cut off or nested stays as it is. */
function shortJson(json: string): string {
  return json === '{}'
    ? ''
    : json
        .replace(/^\{|\}$/g, '')
        .replaceAll(/"([^"]*)"\s*:\s*/g, '$1 ')
        .replaceAll(/,\s*/g, ', ')
}
