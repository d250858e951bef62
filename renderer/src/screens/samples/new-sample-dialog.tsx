/** Adds one sample. */

import { Button, Group, Modal, SimpleGrid, Stack, TextInput } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import type { SampleWire } from '../../../../shared/contract/samples.ts'
import { LabError } from '../../api/client.ts'
import { useCommand } from '../../api/lab.tsx'
import { tellDone, tellRefusal } from '../../components/tell.tsx'

/** What is known of it already. */
export type SampleStart = { barcode?: string; plate?: string; well?: string }

type Props = { start: SampleStart | null; onClose: () => void; onAdded: (sample: SampleWire) => void }

export function NewSampleDialog({ start, onClose, onAdded }: Props) {
  return (
    <Modal opened={start !== null} onClose={onClose} title="New sample" closeButtonProps={{ 'aria-label': 'Close' }}>
      {start && <SampleForm start={start} onClose={onClose} onAdded={onAdded} />}
    </Modal>
  )
}

const empty = { barcode: '', name: '', type: '', plate: '', well: '' }

function SampleForm({ start, onClose, onAdded }: { start: SampleStart; onClose: () => void; onAdded: Props['onAdded'] }) {
  const [values, setValues] = useState({ ...empty, ...start })
  const [problems, setProblems] = useState<Partial<Record<keyof typeof empty, string>>>({})
  const create = useCommand('samples.create', {
    onSuccess: (sample) => {
      tellDone(`Sample "${sample.barcode}" is added.`)
      onAdded(sample)
      onClose()
    },
    onError: (error) => {
      const field = error instanceof LabError ? fields[error.code] : undefined
      if (field) setProblems({ [field]: error.message })
      else if (error instanceof LabError && error.details?.field === 'well') setProblems({ well: error.message })
      else if (error instanceof LabError && error.details?.field === 'barcode') setProblems({ barcode: error.message })
      else tellRefusal(error)
    },
  })

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const { barcode, name, type, plate, well } = values
    const wrong = {
      ...(barcode.trim() === '' ? { barcode: 'Give its barcode' } : {}),
      ...(plate.trim() !== '' && well.trim() === '' ? { well: 'Say which well of the plate' } : {}),
      ...(plate.trim() === '' && well.trim() !== '' ? { plate: 'Say on which plate' } : {}),
    }
    setProblems(wrong)
    if (Object.keys(wrong).length > 0) return
    create.mutate({ barcode, name: name.trim() || null, type: type.trim() || null, location: plate.trim() ? { plate, well } : null })
  }

  const field = (name: keyof typeof empty) => ({
    value: values[name],
    error: problems[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget
      setValues((before) => ({ ...before, [name]: value }))
      setProblems((before) => ({ ...before, [name]: undefined }))
    },
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput label="Barcode" withAsterisk maxLength={200} data-autofocus {...field('barcode')} />
        <TextInput label="Name" maxLength={200} {...field('name')} />
        <TextInput label="Type" maxLength={200} placeholder="blood, saliva …" {...field('type')} />
        <SimpleGrid cols={2}>
          <TextInput label="Plate" maxLength={200} {...field('plate')} />
          <TextInput label="Well" maxLength={10} placeholder="A1" {...field('well')} />
        </SimpleGrid>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={create.isPending}>
            Add the sample
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** Which field a refusal is about. */
const fields: Readonly<Record<string, keyof typeof empty>> = { sample_exists: 'barcode', well_occupied: 'well' }
