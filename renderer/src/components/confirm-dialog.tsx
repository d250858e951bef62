/** Asks once more before something that cannot be taken back. */

import { type Question, QuestionDialog } from './question-dialog.tsx'

export function ConfirmDialog({ onConfirm, ...question }: Question & { onConfirm: () => void }) {
  return <QuestionDialog {...question} onSubmit={onConfirm} />
}
