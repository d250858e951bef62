/** Samples. */

import { Title } from '@mantine/core'

export function SamplesScreen() {
  return <Title order={1}>Samples</Title>
}
