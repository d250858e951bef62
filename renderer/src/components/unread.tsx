/** What could not be read, why, and the way to read it again. */

import { Alert, Button } from '@mantine/core'

export function Unread({ title, error, onRetry }: { title: string; error: Error; onRetry: () => void }) {
  return (
    <Alert color="red" title={title}>
      {error.message}
      <Button mt="sm" size="xs" display="block" onClick={onRetry}>
        Read again
      </Button>
    </Alert>
  )
}
