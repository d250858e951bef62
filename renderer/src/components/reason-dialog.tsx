/** Asks for the words that are kept with a command: why a device is released by force, put into maintenance, and the like. */

import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'

type Props = {
  opened: boolean
  onClose: () => void
  title: string
  /** What will happen. */
  text: string
  /** What the button says. */
  confirm: string
  danger?: boolean
  /** Whether it may stay empty. */
  required: boolean
  onConfirm: (reason: string | undefined) => void
}

export function ReasonDialog({ opened, onClose, title, ...rest }: Props) {
  // The form is made anew each time, so that no old reason stands in it.
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }} centered>
      <ReasonForm onClose={onClose} {...rest} />
    </Modal>
  )
}

function ReasonForm({ onClose, text, confirm, danger = false, required, onConfirm }: Omit<Props, 'opened' | 'title'>) {
  const [reason, setReason] = useState('')
  const [error, setError] = useState<string | null>(null)

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    if (required && reason.trim() === '') {
      setError('Say why; it is kept with the history.')
      return
    }
    onConfirm(reason.trim() || undefined)
    onClose()
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Text>{text}</Text>
        <Textarea
          label={required ? 'Reason' : 'Reason (may stay empty)'}
          withAsterisk={required}
          autosize
          minRows={2}
          maxLength={500}
          value={reason}
          error={error}
          onChange={(event) => {
            setReason(event.currentTarget.value)
            setError(null)
          }}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Leave it as it is
          </Button>
          <Button type="submit" color={danger ? 'red.8' : undefined}>
            {confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
