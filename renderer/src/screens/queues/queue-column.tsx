/** One device's queue: who has it now, and who waits under which priority. */

import { Paper, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { BenchDeviceWire } from '../../../../shared/contract/bench.ts'
import { priorities } from '../../../../shared/domain/queue.ts'
import { conditionOf } from '../../components/device-condition.ts'
import { SortableList } from '../../components/sortable-list.tsx'
import { StartMenu } from '../../components/start-menu.tsx'
import { State } from '../../components/state.tsx'
import { Countdown } from '../../components/time.tsx'
import { priorityWords } from '../../components/words.ts'
import { type Row, rowsOf, targetOf } from './arrangement.ts'
import { EntryRow } from './entry-row.tsx'
import { nameOf, useQueueCommands } from './queue-commands.ts'
import styles from './queues.module.css'

export function QueueColumn({ item }: { item: BenchDeviceWire }) {
  const { device, queue } = item
  const commands = useQueueCommands(device)
  // The version that the person saw when the drag began: what changes under the hand makes the drop stale.
  const [seenAtStart, setSeenAtStart] = useState<{ version: number; queue: BenchDeviceWire['queue'] } | null>(null)
  const { version: seen, queue: seenQueue } = seenAtStart ?? { version: device.queueVersion, queue }
  const heading = `queue-${device.id}`
  const [first] = priorities

  return (
    <Paper component="section" withBorder className={styles.column} aria-labelledby={heading} aria-busy={commands.pending}>
      <header className={styles.head}>
        <Title order={2} size="h4" id={heading}>
          {device.name}
        </Title>
        <span className={styles.state}>
          <State look={conditionOf(item).look} />
        </span>
        <StartMenu deviceId={device.id} deviceName={device.name} free={device.bookable} />
      </header>
      <Holder item={item} />
      <PriorityHeading priority={first} queue={queue} />
      <SortableList
        items={rowsOf(queue)}
        label={`Queue of ${device.name}`}
        nameOf={(row) => (row.kind === 'entry' ? nameOf(row.entry) : priorityWords[row.priority])}
        placeOf={placeOf}
        onDragging={(dragging) => setSeenAtStart(dragging ? { version: device.queueVersion, queue } : null)}
        onMove={(row, order) => {
          const target = row.kind === 'entry' ? targetOf(seenQueue, order, row.entry.id) : null
          if (row.kind === 'entry' && target) commands.move({ entry: row.entry, target, seen })
        }}
      >
        {(row, handle) =>
          row.kind === 'heading' ? (
            <PriorityHeading priority={row.priority} queue={queue} />
          ) : (
            <EntryRow
              entry={row.entry}
              handle={handle}
              queue={queue}
              onMove={(target) => commands.move({ entry: row.entry, target, seen: device.queueVersion })}
              onCancel={() => commands.cancel({ entry: row.entry, seen: device.queueVersion })}
            />
          )
        }
      </SortableList>
    </Paper>
  )
}

function PriorityHeading({ priority, queue }: { priority: (typeof priorities)[number]; queue: BenchDeviceWire['queue'] }) {
  const count = queue.filter((entry) => entry.priority === priority).length
  return (
    <div className={styles.priority} data-empty={count === 0 || undefined}>
      <Title order={3} size="sm">
        {priorityWords[priority]}
      </Title>
      <Text span size="sm" c="dimmed">
        {count === 0 ? 'nobody' : count}
      </Text>
    </div>
  )
}

function Holder({ item: { device, holder } }: { item: BenchDeviceWire }) {
  if (!holder) {
    return (
      <Text component="p" size="sm" c="dimmed" className={styles.holder}>
        {device.bookable ? 'Free: whoever comes has it at once.' : 'Nobody has it.'}
      </Text>
    )
  }
  return (
    <Text component="p" size="sm" className={styles.holder}>
      <strong>{holder.workflowName ?? holder.workflowId}</strong> has it
      {holder.expectedEndAt && !holder.stalled && (
        <>
          , about <Countdown until={holder.expectedEndAt} past="a moment" /> more
        </>
      )}
      .
    </Text>
  )
}

/** "place 2 of 5, normal": counted among those that wait, the priority that of the heading above. */
function placeOf(row: Row, order: readonly Row[]): string {
  const index = order.indexOf(row)
  const entries = order.filter(({ kind }) => kind === 'entry')
  const heading = order.slice(0, index).findLast(({ kind }) => kind === 'heading')
  const priority = heading?.kind === 'heading' ? heading.priority : priorities[0]
  return `place ${entries.indexOf(row) + 1} of ${entries.length}, ${priorityWords[priority].toLowerCase()}`
}
