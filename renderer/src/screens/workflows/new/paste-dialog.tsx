/** Many barcodes at once, pasted from wherever they are. */

import { Button, Group, Modal, Stack, Textarea } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import { barcodesIn } from './barcodes.ts'

/** As many as a workflow can have. */
const most = 10_000

type Props = { opened: boolean; onClose: () => void; onAdd: (barcodes: string[]) => void }

export function PasteDialog({ opened, onClose, onAdd }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Paste barcodes" closeButtonProps={{ 'aria-label': 'Close' }}>
      <PasteForm
        onAdd={(barcodes) => {
          onAdd(barcodes)
          onClose()
        }}
      />
    </Modal>
  )
}

function PasteForm({ onAdd }: { onAdd: (barcodes: string[]) => void }) {
  const [text, setText] = useState('')
  const barcodes = barcodesIn(text)
  const tooMany = barcodes.length > most

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    if (barcodes.length > 0 && !tooMany) onAdd(barcodes)
  }

  return (
    <form onSubmit={submit}>
      <Stack>
        <Textarea
          data-autofocus
          label="Barcodes"
          description="One on each line, or separated by commas, semicolons or tabs"
          autosize
          minRows={6}
          maxRows={16}
          value={text}
          error={tooMany ? `A workflow has ${most.toLocaleString('en')} samples at most` : null}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end">
          <Button type="submit" disabled={barcodes.length === 0 || tooMany}>
            {barcodes.length === 1 ? 'Add 1 barcode' : `Add ${barcodes.length.toLocaleString('en')} barcodes`}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
