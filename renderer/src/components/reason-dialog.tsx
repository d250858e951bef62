/** Asks for the words that are kept with a command: why a device is released by force, put into maintenance, and the like. */

import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { type Question, QuestionDialog } from './question-dialog.tsx'

type Props = Question & {
  /** Whether it may not stay empty. */
  required: boolean
  onConfirm: (reason: string | undefined) => void
}

export function ReasonDialog({ required, onConfirm, onClose, ...question }: Props) {
  const [error, setError] = useState<string | null>(null)

  function submit(fields: FormData): void {
    const reason = String(fields.get('reason')).trim()
    if (required && reason === '') setError('Say why; it is kept with the history.')
    else onConfirm(reason || undefined)
  }

  return (
    <QuestionDialog
      {...question}
      onSubmit={submit}
      onClose={() => {
        setError(null)
        onClose()
      }}
    >
      <Textarea
        name="reason"
        label={required ? 'Reason' : 'Reason (may stay empty)'}
        withAsterisk={required}
        autosize
        minRows={2}
        maxLength={500}
        error={error}
        onChange={() => setError(null)}
        data-autofocus
      />
    </QuestionDialog>
  )
}
