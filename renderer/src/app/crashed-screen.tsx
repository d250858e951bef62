/** A screen that failed, with a way out. The lab itself goes on. */

import { Button, Code, Group, Stack, Text, Title } from '@mantine/core'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'

export function CrashedScreen({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  return (
    <Stack maw="40rem" p="xl" role="alert">
      <Title order={2}>This screen has failed</Title>
      <Text>The lab itself runs on: devices, queues and running workflows are not touched by it.</Text>
      <Code block>{error instanceof Error ? error.message : String(error)}</Code>
      <Group>
        <Button
          onClick={() => {
            reset()
            void router.invalidate()
          }}
        >
          Try again
        </Button>
        <Button variant="default" component="a" href="#/">
          Go to the bench
        </Button>
        <Button variant="default" onClick={() => location.reload()}>
          Reload the window
        </Button>
      </Group>
    </Stack>
  )
}
