/** Asks once more before something that cannot be taken back. */

import { Button, Group, Modal, Stack, Text } from '@mantine/core'

type Props = {
  opened: boolean
  onClose: () => void
  title: string
  /** What will happen. */
  text: string
  /** What the button says. */
  confirm: string
  danger?: boolean
  onConfirm: () => void
}

export function ConfirmDialog({ opened, onClose, title, text, confirm, danger = false, onConfirm }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }} centered>
      <Stack>
        <Text>{text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Leave it as it is
          </Button>
          <Button
            data-autofocus
            color={danger ? 'red.8' : undefined}
            onClick={() => {
              onConfirm()
              onClose()
            }}
          >
            {confirm}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
