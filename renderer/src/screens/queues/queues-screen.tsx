/** Who waits for what: a column per device, put in order by hand. */

import { EmptyState, Group, Skeleton, Title } from '@mantine/core'
import { IconStack2 } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import type { BenchDeviceWire } from '../../../../shared/contract/bench.ts'
import { useLab } from '../../api/lab.tsx'
import { LinkButton } from '../../components/link.tsx'
import { Unread } from '../../components/unread.tsx'
import { QueueColumn } from './queue-column.tsx'
import styles from './queues.module.css'

const route = getRouteApi('/queues')

export function QueuesScreen() {
  const { device } = route.useSearch()
  const bench = useLab('bench.list', {})
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>Queues</Title>
        {device !== undefined && (
          <LinkButton to="/queues" variant="default">
            Show all devices
          </LinkButton>
        )}
      </Group>
      {bench.data ? (
        <Columns bench={bench.data} only={device} />
      ) : bench.error ? (
        <Unread title="The queues could not be read" error={bench.error} onRetry={() => void bench.refetch()} />
      ) : (
        <div className={styles.columns} aria-busy>
          {Array.from({ length: 4 }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
            <Skeleton key={index} height="24rem" radius="md" />
          ))}
        </div>
      )}
    </>
  )
}

function Columns({ bench, only }: { bench: BenchDeviceWire[]; only: string | undefined }) {
  const shown = only === undefined ? bench : bench.filter(({ device }) => device.id === only)
  if (shown.length === 0) {
    return (
      <EmptyState
        mt="xl"
        icon={<IconStack2 aria-hidden />}
        title={only === undefined ? 'There is no device yet' : 'There is no such device'}
        description={
          only === undefined ? 'Each device has its queue here once it is added.' : 'It may have been deleted since this address was kept.'
        }
      >
        {only === undefined ? <LinkButton to="/settings">Add a device</LinkButton> : <LinkButton to="/queues">Show all devices</LinkButton>}
      </EmptyState>
    )
  }
  return (
    <div className={styles.columns} data-single={only === undefined ? undefined : true}>
      {shown.map((item) => (
        <QueueColumn key={item.device.id} item={item} />
      ))}
    </div>
  )
}
