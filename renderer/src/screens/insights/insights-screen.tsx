/** Insights. */

import { Title } from '@mantine/core'

export function InsightsScreen() {
  return <Title order={1}>Insights</Title>
}
