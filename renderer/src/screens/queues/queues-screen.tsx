/** Queues. */

import { Title } from '@mantine/core'

export function QueuesScreen() {
  return <Title order={1}>Queues</Title>
}
