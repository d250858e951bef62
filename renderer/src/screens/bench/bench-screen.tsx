/** The bench, and home: every device with its run and its queue, those that need a person first. */

import { EmptyState, Group, Skeleton, Title, VisuallyHidden } from '@mantine/core'
import { IconFlask } from '@tabler/icons-react'
import { useEffect } from 'react'
import type { BenchDeviceWire } from '../../../../shared/contract/bench.ts'
import { useLab } from '../../api/lab.tsx'
import { inOrderOfNeed } from '../../components/device-condition.ts'
import { LinkButton } from '../../components/link.tsx'
import { State, workflowLooks } from '../../components/state.tsx'
import { Unread } from '../../components/unread.tsx'
import { useWorkflowActions } from '../../components/workflow-actions/use-workflow-actions.tsx'
import styles from './bench.module.css'
import { DeviceCard } from './device-card.tsx'

export function BenchScreen() {
  const bench = useLab('bench.list', {})
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>Bench</Title>
        {bench.data && bench.data.length > 0 && <Summary bench={bench.data} />}
      </Group>
      {bench.data ? (
        <Devices bench={bench.data} />
      ) : bench.error ? (
        <Unread title="The bench could not be read" error={bench.error} onRetry={() => void bench.refetch()} />
      ) : (
        <Loading />
      )}
    </>
  )
}

function Devices({ bench }: { bench: BenchDeviceWire[] }) {
  // The browser keeps when (User Timing), for `npm run bench:desktop`.
  useEffect(() => {
    performance.mark('bench shown')
  }, [])
  const { begin, dialogs } = useWorkflowActions()
  const { needing, others } = inOrderOfNeed(bench)
  if (bench.length === 0) return <Empty />
  return (
    <div className={styles.cards}>
      {[...needing, ...others].map((item) => (
        <DeviceCard key={item.device.id} item={item} onAction={begin} />
      ))}
      {dialogs}
    </div>
  )
}

/** The bench in one line, for whoever passes by, and for those who hear the screen when somebody is needed. */
function Summary({ bench }: { bench: BenchDeviceWire[] }) {
  const needing = inOrderOfNeed(bench).needing.length
  const running = bench.filter(({ holder }) => holder?.step?.status === 'running').length
  const waiting = bench.reduce((sum, { queue }) => sum + queue.length, 0)
  return (
    <Group component="p" gap="lg" m={0} role="status" className={styles.summary}>
      {needing > 0 && (
        <State look={{ ...workflowLooks.failed, word: needing === 1 ? '1 needs a person' : `${needing} need a person` }} strong />
      )}
      <span>{running} running</span>
      <span>{waiting} waiting</span>
      <span>{bench.filter(({ device }) => device.bookable).length} free</span>
    </Group>
  )
}

function Loading() {
  return (
    <div aria-busy className={styles.cards}>
      <VisuallyHidden role="status">The bench is being read</VisuallyHidden>
      {Array.from({ length: 5 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height="calc(15rem * var(--mantine-scale))" radius="md" />
      ))}
    </div>
  )
}

function Empty() {
  return (
    <EmptyState
      mt="xl"
      icon={<IconFlask aria-hidden />}
      title="There is no device yet"
      description="Add the instruments of this bench, and they stand here with what they do and who waits for them."
    >
      <LinkButton to="/settings">Add a device</LinkButton>
    </EmptyState>
  )
}
