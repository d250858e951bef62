/** What is in the chosen wells, and what can be done with it. */

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import type { PlacedSampleWire, SampleWire } from '../../../../../shared/contract/samples.ts'
import { fileNameOf } from '../../../components/save-file.ts'
import { saveSamples } from '../export-samples.ts'
import { SampleDetail } from '../sample-detail.tsx'

type Props = {
  plate: string
  wells: readonly string[]
  /** Those that sit in them. */
  samples: readonly PlacedSampleWire[]
  onMove: (samples: SampleWire[]) => void
  onUse: (barcodes: string[]) => void
  onNew: (well: string) => void
}

export function WellPanel({ plate, wells, samples, onMove, onUse, onNew }: Props) {
  const [well] = wells
  const [sample] = samples
  if (wells.length === 1 && well) {
    return (
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {plate}, {well}
        </Text>
        {sample ? (
          <SampleDetail barcode={sample.barcode} onMove={onMove} onUse={onUse} />
        ) : (
          <>
            <Title order={2} size="h4">
              Empty
            </Title>
            <Button variant="default" onClick={() => onNew(well)}>
              Put a new sample here
            </Button>
          </>
        )}
      </Stack>
    )
  }
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {wells.length} wells
      </Title>
      <Text size="sm">
        {samples.length === 1 ? '1 sample' : `${samples.length} samples`}, {wells.length - samples.length} empty
      </Text>
      <Group gap="xs">
        <Button variant="default" disabled={samples.length === 0} onClick={() => onMove([...samples])}>
          Move
        </Button>
        <Button variant="default" disabled={samples.length === 0} onClick={() => onUse(samples.map(({ barcode }) => barcode))}>
          Use in a new workflow
        </Button>
        <Button variant="default" disabled={samples.length === 0} onClick={() => saveSamples(samples, `${fileNameOf(plate)}.csv`)}>
          Export
        </Button>
      </Group>
    </Stack>
  )
}
