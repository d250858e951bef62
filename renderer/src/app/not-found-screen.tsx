/** An address that leads nowhere. */

import { Button, Stack, Text, Title } from '@mantine/core'

export function NotFoundScreen() {
  return (
    <Stack maw="40rem" p="xl" align="flex-start">
      <Title order={2}>There is nothing at this address</Title>
      <Text>It may be an old bookmark, or what it led to was deleted.</Text>
      <Button component="a" href="#/">
        Go to the bench
      </Button>
    </Stack>
  )
}
