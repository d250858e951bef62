/** The frame of a dialog that asks before something is done: what will happen, and the two ways out. */

import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export type Question = {
  opened: boolean
  onClose: () => void
  title: string
  /** What will happen. */
  text: string
  /** What the button says. */
  confirm: string
  danger?: boolean
  /** While the lab has not answered. Whoever asks closes the dialog when it was done, so that a refusal loses nothing. */
  pending: boolean
}

type Props = Question & { onSubmit: (fields: FormData) => void /** Fields; they begin empty each time. */; children?: ReactNode }

export function QuestionDialog({ opened, onClose, title, text, confirm, danger = false, pending, onSubmit, children }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }} centered>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          onSubmit(new FormData(event.currentTarget))
        }}
      >
        <Stack>
          <Text>{text}</Text>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Leave it as it is
            </Button>
            <Button type="submit" data-autofocus={children ? undefined : true} color={danger ? 'red.8' : undefined} loading={pending}>
              {confirm}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
