/** One that waits: its place, whose it is, when its turn is expected and why then; and the menu for whoever does not drag. */

import { ActionIcon, Anchor, Menu, Text } from '@mantine/core'
import { IconArrowBarToUp, IconArrowDown, IconArrowUp, IconDotsVertical, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { QueueEntryWire } from '../../../../shared/contract/bench.ts'
import { type MoveTarget, type Priority, priorities } from '../../../../shared/domain/queue.ts'
import { Countdown, Elapsed, Instant } from '../../components/time.tsx'
import { priorityWords } from '../../components/words.ts'
import { stepTarget, topTarget } from './arrangement.ts'
import { nameOf } from './queue-commands.ts'
import styles from './queues.module.css'

type Props = {
  entry: QueueEntryWire
  handle: ReactNode
  queue: readonly QueueEntryWire[]
  onMove: (target: MoveTarget) => void
  onCancel: () => void
}

export function EntryRow({ entry, handle, queue, onMove, onCancel }: Props) {
  const { workflowId, workflowName, operator, note, position, queuedAt } = entry
  return (
    <div className={styles.entry}>
      {handle}
      <span className={styles.place}>{position}</span>
      <div className={styles.what}>
        <Text component="p" fw={600} className={styles.name} title={nameOf(entry)}>
          {workflowName === null ? (
            workflowId
          ) : (
            <Anchor href={`#/workflows/${workflowId}`} inherit>
              {workflowName}
            </Anchor>
          )}
        </Text>
        <ExpectedStart entry={entry} />
        <Text component="p" size="sm" c="dimmed">
          {operator ? `${operator} · ` : ''}waits <Elapsed since={queuedAt} />
        </Text>
        {note && (
          <Text component="p" size="sm" className={styles.note}>
            {note}
          </Text>
        )}
        {entry.reasons.length > 0 && (
          <details className={styles.why}>
            <summary>Why it waits</summary>
            <ul>
              {entry.reasons.map((reason) => (
                <li key={reason}>{reason}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
      <EntryMenu entry={entry} queue={queue} onMove={onMove} onCancel={onCancel} />
    </div>
  )
}

/** The range from the median to the 90th percentile. */
function ExpectedStart({ entry: { expectedStartAt, expectedStartP90At } }: { entry: QueueEntryWire }) {
  if (!expectedStartAt || !expectedStartP90At) {
    return (
      <Text component="p" size="sm">
        Its time is not known
      </Text>
    )
  }
  return (
    <Text component="p" size="sm" className={styles.start}>
      <strong>
        in <Countdown until={expectedStartAt} past="a moment" />
      </strong>
      <br />
      <Instant at={expectedStartAt} seconds /> to <Instant at={expectedStartP90At} seconds />
    </Text>
  )
}

function EntryMenu({ entry, queue, onMove, onCancel }: Omit<Props, 'handle'>) {
  const up = stepTarget(queue, entry.id, -1)
  const down = stepTarget(queue, entry.id, 1)
  const top = topTarget(queue, entry.id)
  const move = (target: MoveTarget | null) => target && onMove(target)
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`More for ${nameOf(entry)}`}>
          <IconDotsVertical aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconArrowUp aria-hidden size="1.1em" />} disabled={!up} onClick={() => move(up)}>
          Move up
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowDown aria-hidden size="1.1em" />} disabled={!down} onClick={() => move(down)}>
          Move down
        </Menu.Item>
        <Menu.Item leftSection={<IconArrowBarToUp aria-hidden size="1.1em" />} disabled={!top} onClick={() => move(top)}>
          Move to top
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Priority</Menu.Label>
        <Menu.RadioGroup value={entry.priority} onChange={(value) => move({ priority: value as Priority })}>
          {priorities.map((priority) => (
            <Menu.RadioItem key={priority} value={priority} closeMenuOnClick>
              {priorityWords[priority]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item leftSection={<IconX aria-hidden size="1.1em" />} onClick={onCancel}>
          Take out of the queue
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
