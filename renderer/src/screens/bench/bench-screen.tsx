/** Bench. */

import { Title } from '@mantine/core'

export function BenchScreen() {
  return <Title order={1}>Bench</Title>
}
