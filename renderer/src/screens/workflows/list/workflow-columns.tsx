/** The columns of the list of workflows. */

import { Progress, Text, VisuallyHidden } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { WorkflowRowWire } from '../../../../../shared/contract/workflows.ts'
import { State, workflowLooks } from '../../../components/state.tsx'
import { Instant } from '../../../components/time.tsx'
import type { GridColumn } from '../../../components/virtual-grid.tsx'
import { operationWords, priorityWords } from '../../../components/words.ts'
import styles from '../workflows.module.css'

/** @param deviceNames by id; a device that was deleted has none */
export function workflowColumns(
  deviceNames: ReadonlyMap<string, string>,
  actions: (row: WorkflowRowWire, isActive: boolean) => ReactNode,
): GridColumn<WorkflowRowWire>[] {
  return [
    {
      key: 'status',
      title: 'State',
      width: 'calc(9rem * var(--mantine-scale))',
      cell: (row) => <State look={workflowLooks[row.status]} />,
    },
    {
      key: 'name',
      title: 'Name',
      width: 'minmax(9rem, 2.4fr)',
      sort: { up: 'name', down: 'name_down' },
      cell: (row) => (
        <Link className={styles.link} to="/workflows/$workflowId" params={{ workflowId: row.id }} tabIndex={-1} title={row.name}>
          {row.name}
        </Link>
      ),
    },
    {
      key: 'device',
      title: 'Device',
      width: 'minmax(6.5rem, 1.3fr)',
      sort: { up: 'device', down: 'device_down' },
      cell: (row) => deviceNames.get(row.deviceId) ?? row.deviceId,
    },
    { key: 'steps', title: 'Steps', width: 'minmax(7rem, 1.5fr)', cell: (row) => <Steps row={row} /> },
    {
      key: 'samples',
      title: 'Samples',
      width: 'calc(4rem * var(--mantine-scale))',
      isExtra: true,
      cell: (row) => <span className={styles.number}>{row.sampleCount}</span>,
    },
    {
      key: 'how',
      title: 'How',
      width: 'calc(5.5rem * var(--mantine-scale))',
      isExtra: true,
      cell: (row) => (
        <div className={styles.two}>
          <span className={row.priority === 'normal' ? styles.faint : styles.strong}>{priorityWords[row.priority]}</span>
          <br />
          {row.auto === null ? 'not said yet' : row.auto ? 'automatic' : 'by hand'}
        </div>
      ),
    },
    {
      key: 'operator',
      title: 'Operator',
      width: 'minmax(4.5rem, 0.8fr)',
      isExtra: true,
      cell: (row) => row.operator ?? <span className={styles.faint}>none</span>,
    },
    {
      key: 'created',
      title: 'Created',
      width: 'calc(7.5rem * var(--mantine-scale))',
      sort: { up: 'oldest', down: 'newest' },
      cell: (row) => (
        <span className={styles.number}>
          <Instant at={row.createdAt} />
        </span>
      ),
    },
    { key: 'actions', title: 'Actions', hiddenTitle: true, width: '2.25rem', cell: (row, { isActive }) => actions(row, isActive) },
  ]
}

function Steps({ row: { stepsDone, stepCount, step } }: { row: WorkflowRowWire }) {
  if (stepCount === 0) return <span className={styles.faint}>none</span>
  return (
    <>
      <Text size="sm" truncate>
        <span className={styles.number}>
          {stepsDone} of {stepCount}
        </span>
        {step && ` · ${step.status === 'pending' ? 'next' : step.status}: ${operationWords(step.operation).toLowerCase()}`}
      </Text>
      <Progress value={(100 * stepsDone) / stepCount} size={4} aria-hidden />
      <VisuallyHidden>steps done</VisuallyHidden>
    </>
  )
}
