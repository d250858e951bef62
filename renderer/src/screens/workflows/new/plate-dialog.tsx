/** Samples for a workflow, chosen on a plate. */

import { Button, Group, Modal, Skeleton, Stack, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useLab } from '../../../api/lab.tsx'
import { usePlateFormat } from '../../../components/plate-map/plate-format-choice.ts'
import { kindsOf } from '../../../components/plate-map/plate-kinds.ts'
import { PlateLegend } from '../../../components/plate-map/plate-legend.tsx'
import { PlateMap } from '../../../components/plate-map/plate-map.tsx'
import { PlatePicker } from '../../../components/plate-map/plate-picker.tsx'

type Props = { opened: boolean; onClose: () => void; onAdd: (barcodes: string[]) => void }

export function PlateDialog({ opened, onClose, onAdd }: Props) {
  const [plate, setPlate] = useState<string | null>(null)
  return (
    <Modal opened={opened} onClose={onClose} title="Samples from a plate" size="xl" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        <PlatePicker label="Plate" value={plate} onChange={setPlate} />
        {plate === null ? (
          <Text c="dimmed">Choose a plate; then its wells.</Text>
        ) : (
          <Wells
            key={plate}
            plate={plate}
            onAdd={(barcodes) => {
              onAdd(barcodes)
              onClose()
            }}
          />
        )}
      </Stack>
    </Modal>
  )
}

function Wells({ plate, onAdd }: { plate: string; onAdd: (barcodes: string[]) => void }) {
  const { data: samples } = useLab('samples.plate', { plate })
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [cursor, setCursor] = useState('A1')
  const kinds = useMemo(() => kindsOf(samples ?? [], 'type'), [samples])
  const [format] = usePlateFormat(plate, [...kinds.wells.keys()])
  if (!samples) return <Skeleton height="24rem" />
  const chosen = samples.filter(({ location }) => location && selected.has(location.well))
  return (
    <>
      <PlateMap
        label={`Wells of ${plate}`}
        format={format}
        wells={kinds.wells}
        selected={selected}
        onSelect={setSelected}
        cursor={cursor}
        onCursor={setCursor}
      />
      <PlateLegend kinds={kinds.legend} />
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Drag over wells, or go with the arrow keys and hold Shift. Ctrl+A: all.
        </Text>
        <Button disabled={chosen.length === 0} onClick={() => onAdd(chosen.map(({ barcode }) => barcode))}>
          {chosen.length === 1 ? 'Add 1 sample' : `Add ${chosen.length} samples`}
        </Button>
      </Group>
    </>
  )
}
