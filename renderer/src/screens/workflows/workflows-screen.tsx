/** Workflows. */

import { Title } from '@mantine/core'

export function WorkflowsScreen() {
  return <Title order={1}>Workflows</Title>
}
