/** Logs. */

import { Title } from '@mantine/core'

export function LogsScreen() {
  return <Title order={1}>Logs</Title>
}
