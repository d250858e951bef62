/** What the list says when there is nothing in it. */

import { Button, Stack, Text } from '@mantine/core'
import { LinkButton } from '../../../components/link.tsx'

export function NoWorkflows({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return (
    <Stack align="center" gap="sm">
      <Text fw={600}>{filtered ? 'No workflow fits these filters' : 'There is no workflow yet'}</Text>
      <Text size="sm" c="dimmed" ta="center">
        {filtered ? 'Look for less, or show all of them.' : 'Make one: choose a device, the samples, and the steps.'}
      </Text>
      {filtered ? (
        <Button variant="default" onClick={onClear}>
          Show all workflows
        </Button>
      ) : (
        <LinkButton to="/workflows/new">New workflow</LinkButton>
      )}
    </Stack>
  )
}
