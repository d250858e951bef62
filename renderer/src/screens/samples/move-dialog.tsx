/** Puts samples into other wells: side by side as they are, the top left one into the well that is named. */

import { Alert, Autocomplete, Button, Group, Modal, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import type { SampleWire } from '../../../../shared/contract/samples.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { parseWell } from '../../../../shared/domain/plate.ts'
import { useCommand, useLab } from '../../api/lab.tsx'
import { shiftedTo } from '../../components/plate-map/well-selection.ts'
import { tellDone } from '../../components/tell.tsx'

type Props = { samples: readonly SampleWire[] | null; onClose: () => void; onMoved: (samples: SampleWire[]) => void }

export function MoveDialog({ samples, onClose, onMoved }: Props) {
  return (
    <Modal opened={samples !== null} onClose={onClose} title={titleOf(samples ?? [])} closeButtonProps={{ 'aria-label': 'Close' }}>
      {samples && <MoveForm samples={samples} onClose={onClose} onMoved={onMoved} />}
    </Modal>
  )
}

function MoveForm({ samples, onClose, onMoved }: { samples: readonly SampleWire[]; onClose: () => void; onMoved: Props['onMoved'] }) {
  const [where, setWhere] = useState<'well' | 'out'>('well')
  const [plate, setPlate] = useState(samples[0]?.location?.plate ?? '')
  const [well, setWell] = useState('')
  const [problem, setProblem] = useState<{ field: 'plate' | 'well'; message: string } | null>(null)
  const [refusal, setRefusal] = useState<string | null>(null)
  const plates = useLab('samples.plates', {})
  const move = useCommand('samples.move', {
    onSuccess: (moved) => {
      tellDone(moved.length === 1 ? `"${moved[0]?.barcode}" is moved.` : `${moved.length} samples are moved.`)
      onMoved(moved)
      onClose()
    },
    onError: (error) => setRefusal(error.message),
  })

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setRefusal(null)
    if (where === 'out') move.mutate({ moves: samples.map(({ barcode }) => ({ barcode, location: null })) })
    else if (plate.trim() === '') setProblem({ field: 'plate', message: 'Name a plate: one there is, or a new one' })
    else moveTo(plate.trim(), targetsOf(samples, well))
  }

  function moveTo(target: string, wells: string[] | string): void {
    if (typeof wells === 'string') setProblem({ field: 'well', message: wells })
    else move.mutate({ moves: samples.map(({ barcode }, index) => ({ barcode, location: { plate: target, well: wells[index] ?? well } })) })
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Radio.Group label="Where to" value={where} onChange={(value) => setWhere(value === 'out' ? 'out' : 'well')}>
          <Stack gap={6} mt={6}>
            <Radio value="well" label="Into a well" />
            <Radio value="out" label="Out of the plate" description="The lab then knows no place of it." />
          </Stack>
        </Radio.Group>
        {where === 'well' && (
          <SimpleGrid cols={2}>
            <Autocomplete
              label="Plate"
              maxLength={200}
              data={plates.data?.rows.map((each) => each.plate) ?? []}
              value={plate}
              error={problem?.field === 'plate' ? problem.message : null}
              onChange={(value) => {
                setPlate(value)
                setProblem(null)
              }}
            />
            <TextInput
              data-autofocus
              label={samples.length === 1 ? 'Well' : 'Well of the top left one'}
              placeholder="A1"
              maxLength={10}
              value={well}
              error={problem?.field === 'well' ? problem.message : null}
              onChange={(event) => {
                setWell(event.currentTarget.value)
                setProblem(null)
              }}
            />
          </SimpleGrid>
        )}
        {refusal && (
          <Alert color="red" role="alert" title="Nothing was moved">
            <Text size="sm">{refusal}. Choose another well, or move that sample first.</Text>
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Leave {samples.length === 1 ? 'it' : 'them'}
          </Button>
          <Button type="submit" loading={move.isPending}>
            Move
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function titleOf(samples: readonly SampleWire[]): string {
  return samples.length === 1 ? `Move ${samples[0]?.barcode}` : `Move ${samples.length} samples`
}

/** The well of each, in their order; or what is wrong with the well that was named. */
function targetsOf(samples: readonly SampleWire[], well: string): string[] | string {
  try {
    const target = parseWell(well)
    const placed = samples.map(({ location }) => location?.well)
    // One that sits nowhere has no neighbours that it should keep.
    if (samples.length === 1 || placed.includes(undefined))
      return samples.length === 1 ? [well] : 'Those that sit in no well are moved one by one'
    const shifted = shiftedTo(placed as string[], target, 1536) // none is undefined
    return shifted ? placed.map((each) => shifted.get(each ?? '') ?? '') : 'From there they would not all be on the plate'
  } catch (error) {
    if (error instanceof DomainError) return 'Name a well, such as A1'
    throw error
  }
}
