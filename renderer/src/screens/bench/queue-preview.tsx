/** The next in line for a device, with when their turn is expected. */

import { Text } from '@mantine/core'
import type { QueueEntryWire } from '../../../../shared/contract/bench.ts'
import { LinkAnchor } from '../../components/link.tsx'
import { Countdown, Instant } from '../../components/time.tsx'
import { priorityWords } from '../../components/words.ts'
import styles from './bench.module.css'

const shown = 3

export function QueuePreview({ deviceId, queue }: { deviceId: string; queue: QueueEntryWire[] }) {
  if (queue.length === 0) {
    return (
      <Text component="p" size="sm" c="dimmed" className={styles.queue}>
        Nobody waits
      </Text>
    )
  }
  return (
    <div className={styles.queue}>
      <div className={styles.queueHead}>
        <Text component="h3" size="sm" fw={650} m={0}>
          Next
        </Text>
        <LinkAnchor to="/queues" search={{ device: deviceId }} size="sm">
          {queue.length > shown ? `All ${queue.length} in the queue` : 'The queue'}
        </LinkAnchor>
      </div>
      <ol className={styles.next}>
        {queue.slice(0, shown).map((entry) => (
          <li key={entry.id}>
            <span className={styles.nextName} title={entry.workflowName ?? entry.workflowId}>
              <span className={styles.cut}>{entry.workflowName ?? entry.workflowId}</span>
              {entry.priority !== 'normal' && <span className={styles.priority}> {priorityWords[entry.priority].toLowerCase()}</span>}
            </span>
            <span className={styles.nextTime}>
              {entry.expectedStartAt ? (
                <>
                  <Instant at={entry.expectedStartAt} /> · in <Countdown until={entry.expectedStartAt} past="a moment" />
                </>
              ) : (
                'time not known'
              )}
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}
