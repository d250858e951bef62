/** Timeline. */

import { Title } from '@mantine/core'

export function TimelineScreen() {
  return <Title order={1}>Timeline</Title>
}
