/** Puts samples into other wells: side by side as they are, the top left one into the well that is named. */

import { Alert, Autocomplete, Button, Group, Modal, Radio, SimpleGrid, Stack, Text, TextInput } from '@mantine/core'
import { type SubmitEvent, useState } from 'react'
import type { SampleWire } from '../../../../shared/contract/samples.ts'
import { DomainError } from '../../../../shared/domain/errors.ts'
import { type PlateFormat, parseWell } from '../../../../shared/domain/plate.ts'
import { LabError } from '../../api/client.ts'
import { useCommand, useLab } from '../../api/lab.tsx'
import { useChosenFormat } from '../../components/plate-map/plate-format-choice.ts'
import { shiftedTo } from '../../components/plate-map/well-selection.ts'
import { tellMoved } from './tell-moved.ts'

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
  const [refusal, setRefusal] = useState<Error | null>(null)
  const plates = useLab('samples.plates', {})
  const target = plate.trim()
  const there = useLab('samples.plate', { plate: target }, { enabled: plates.data?.rows.some((each) => each.plate === target) ?? false })
  // The largest there is, where nobody has said which it is.
  const format = useChosenFormat(target, there.data?.flatMap(({ location }) => location?.well ?? []) ?? []) ?? 1536
  const move = useCommand('samples.move', {
    onSuccess: (moved) => {
      tellMoved(moved)
      onMoved(moved)
      onClose()
    },
    onError: setRefusal,
  })

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    setRefusal(null)
    if (where === 'out') move.mutate({ moves: samples.map(({ barcode }) => ({ barcode, location: null })) })
    else if (target === '') setProblem({ field: 'plate', message: 'Name a plate: one there is, or a new one' })
    else moveTo(targetsOf(samples, well, format))
  }

  function moveTo(wells: string[] | string): void {
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
            <Text size="sm">
              {refusal.message}
              {refusal instanceof LabError && refusal.code === 'well_occupied' && '. Choose another well, or move that sample first.'}
            </Text>
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
function targetsOf(samples: readonly SampleWire[], well: string, format: PlateFormat): string[] | string {
  try {
    // One that sits nowhere is moved alone, as if it came from the first well.
    const placed = samples.map(({ location }) => location?.well ?? 'A1')
    const shifted = shiftedTo(placed, parseWell(well), format)
    if (shifted) return placed.map((each) => shifted.get(each) ?? '')
    return samples.length === 1
      ? `A plate of ${format} wells has no such well`
      : `From there they would not all be on the plate of ${format} wells`
  } catch (error) {
    if (error instanceof DomainError) return 'Name a well, such as A1'
    throw error
  }
}
