/** The line at the foot of every screen: is everything well, and where does this lab answer. */

import { Group, Text } from '@mantine/core'
import { useConnection, useLab } from '../api/lab.tsx'

export function StatusBar() {
  const connection = useConnection()
  const status = useLab('lab.status', {})
  return (
    <Group h="100%" px="md" gap="lg" wrap="nowrap">
      <Text size="xs">{connection === 'open' ? 'Lab open' : `Lab ${connection.replaceAll('_', ' ')}`}</Text>
      {status.data && (
        <>
          <Text size="xs">Database: {status.data.database === 'embedded' ? 'on this computer' : 'shared server'}</Text>
          <Text size="xs">
            REST: {status.data.urls.device} · {status.data.urls.workflow}
          </Text>
          <Text size="xs" ml="auto">
            Benchkeeper {status.data.version}
          </Text>
        </>
      )}
    </Group>
  )
}
