/** Says when the lab cannot be reached; goes away by itself when it can. It lies over the screen, which does not move for it. */

import { Alert, Button, Group, Text } from '@mantine/core'
import type { Connection } from '../api/client.ts'
import { useClient, useConnection, useWaitingFor } from '../api/lab.tsx'
import styles from './frame.module.css'

const words: Readonly<Record<Exclude<Connection, 'open' | 'connecting'>, string>> = {
  lost: 'The connection to the lab is lost. What you see may be old; this window keeps trying to reach it.',
  starting: 'The lab is starting. The screens fill as soon as its database is open.',
  stopping: 'The lab is stopping. Start it again to go on.',
  no_database: 'The database does not answer. The lab goes on as soon as it does.',
}

export function ConnectionBanner() {
  const connection = useConnection()
  const waitingFor = useWaitingFor()
  const client = useClient()
  if (connection === 'open' || connection === 'connecting') return null
  return (
    // Mantine's darkest orange has 4.3:1 under white.
    <Alert color="#c2410c" variant="filled" className={styles.banner} role="status">
      <Group justify="space-between">
        <Text fw={600}>
          {waitingFor ? `Waiting for the database server. ${waitingFor} The lab goes on as soon as it answers.` : words[connection]}
        </Text>
        {connection === 'lost' && (
          <Button size="xs" variant="white" color="dark" onClick={client.reconnect}>
            Try now
          </Button>
        )}
      </Group>
    </Alert>
  )
}
