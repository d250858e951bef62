/** Words to the person that come and go: what was done, what was refused and why. */

import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { LabError } from '../api/client.ts'

/** Why the window itself cannot do it; `message` is a sentence for a person, as a LabError's is. */
export class Refusal extends Error {}

/** A refusal stays long enough to be read, or until it is closed. */
export function tellRefusal(error: Error, title = 'That was not possible'): void {
  const message =
    error instanceof LabError || error instanceof Refusal ? error.message : 'Something went wrong in this window. Reload it, and try again.'
  notifications.show({ color: 'red', title, message, autoClose: 12_000, withCloseButton: true })
}

/** What nobody before this screen did, and somebody has to know: it stays until it is closed. */
export function tellTrouble(title: string, message: string): void {
  notifications.show({ color: 'red', title, message, autoClose: false, withCloseButton: true })
}

export function tellDone(message: string): void {
  notifications.show({ color: 'teal', message, autoClose: 4_000 })
}

/** Says what was done, and for long enough to notice a slip offers to undo it. @returns takes the offer back */
export function tellUndoable(message: string, undo: () => void): () => void {
  const hide = () => notifications.hide(id)
  const id = notifications.show({
    autoClose: 12_000,
    withCloseButton: true,
    closeButtonProps: { 'aria-label': 'Close' },
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            hide()
            undo()
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  })
  return hide
}
