/** A new workflow. */

import { Title } from '@mantine/core'

export function NewWorkflowScreen() {
  return <Title order={1}>New workflow</Title>
}
