/** Samples: on their plates and as a list; added, imported, found by their barcode, moved and exported. */

import { Button, Group, Input, Paper, SegmentedControl, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconFileTypeCsv, IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import type { SampleWire } from '../../../../shared/contract/samples.ts'
import { useLab } from '../../api/lab.tsx'
import { PlatePicker } from '../../components/plate-map/plate-picker.tsx'
import { Unread } from '../../components/unread.tsx'
import { useDraft } from '../workflows/new/draft-store.ts'
import { ImportDialog } from './import/import-dialog.tsx'
import { SampleList } from './list/sample-list.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { NewSampleDialog, type SampleStart } from './new-sample-dialog.tsx'
import { PlateView } from './plates/plate-view.tsx'
import { NothingChosen, SampleDetail } from './sample-detail.tsx'
import type { SampleSearch } from './sample-search.ts'
import styles from './samples.module.css'
import { ScanField } from './scan.tsx'

const route = getRouteApi('/samples')

export function SamplesScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const [isImporting, setIsImporting] = useState(false)
  const [starting, setStarting] = useState<SampleStart | null>(null)
  // The same one may be scanned again.
  const [scans, setScans] = useState(0)
  const [moving, setMoving] = useState<SampleWire[] | null>(null)
  // A sample that is named without a plate is shown where it sits.
  const named = useLab(
    'samples.get',
    { barcode: search.sample ?? '' },
    { enabled: search.sample !== undefined && search.plate === undefined },
  )
  const plates = useLab('samples.plates', {})
  const { view = 'plates', colour = 'type' } = search
  const plate = search.plate ?? named.data?.location?.plate ?? (search.sample === undefined ? plates.data?.rows[0]?.plate : undefined)

  const change = useCallback(
    (changed: Partial<SampleSearch>) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  )

  function show({ barcode, location }: SampleWire): void {
    change({ sample: barcode, plate: location?.plate })
  }

  function use(barcodes: string[]): void {
    useDraft.getState().addBarcodes(barcodes)
    void navigate({ to: '/workflows/new' })
  }

  return (
    <Stack className={styles.screen} gap="sm">
      <Group justify="space-between">
        <Title order={1}>Samples</Title>
        <Group gap="xs">
          <Button variant="default" leftSection={<IconFileTypeCsv size="1.1rem" aria-hidden />} onClick={() => setIsImporting(true)}>
            Import
          </Button>
          <Button leftSection={<IconPlus size="1.1rem" aria-hidden />} onClick={() => setStarting({})}>
            New sample
          </Button>
        </Group>
      </Group>
      <Group align="flex-start" gap="md">
        <div>
          <Input.Label component="div" id="samples-view">
            Show
          </Input.Label>
          <SegmentedControl
            display="flex"
            aria-labelledby="samples-view"
            value={view}
            onChange={(value) => change({ view: value === 'list' ? 'list' : 'plates' })}
            data={[
              { value: 'plates', label: 'Plates' },
              { value: 'list', label: 'List' },
            ]}
          />
        </div>
        <ScanField className={styles.scan} onNew={(barcode) => setStarting({ barcode })} onFound={() => setScans((count) => count + 1)} />
        {view === 'plates' && (
          <PlatePicker label="Plate" value={plate ?? null} onChange={(next) => change({ plate: next, sample: undefined })} />
        )}
      </Group>
      {view === 'plates' ? (
        plate === undefined && search.sample !== undefined ? (
          // It sits in no well, or that is not known yet.
          <Paper withBorder p="md" maw="40rem" component="section" aria-label="Sample">
            <SampleDetail key={search.sample} barcode={search.sample} onMove={setMoving} onUse={use} />
          </Paper>
        ) : plate === undefined ? (
          <NoPlate plates={plates} onImport={() => setIsImporting(true)} />
        ) : (
          <PlateView
            key={plate}
            plate={plate}
            sample={search.sample}
            scans={scans}
            colour={colour}
            onColour={(by) => change({ colour: by })}
            onMove={setMoving}
            onUse={use}
            onNew={(well) => setStarting({ plate, well })}
          />
        )
      ) : (
        <div className={styles.listView}>
          <SampleList search={search} onChange={change} onNew={() => setStarting({})} />
          <Paper withBorder p="md" className={styles.panel} component="section" aria-label="Sample">
            {search.sample ? (
              <SampleDetail key={search.sample} barcode={search.sample} onMove={setMoving} onUse={use} />
            ) : (
              <NothingChosen>Choose a sample to see where it sits and which workflows use it.</NothingChosen>
            )}
          </Paper>
        </div>
      )}
      <ImportDialog opened={isImporting} onClose={() => setIsImporting(false)} />
      <NewSampleDialog start={starting} onClose={() => setStarting(null)} onAdded={show} />
      <MoveDialog samples={moving} onClose={() => setMoving(null)} onMoved={([first]) => first?.location && show(first)} />
    </Stack>
  )
}

type NoPlateProps = { plates: { isPending: boolean; error: Error | null; refetch: () => void }; onImport: () => void }

function NoPlate({ plates: { isPending, error, refetch }, onImport }: NoPlateProps) {
  if (error) return <Unread title="The plates could not be read" error={error} onRetry={refetch} />
  if (isPending) return <Skeleton height="20rem" />
  return (
    <Stack align="flex-start">
      <Text fw={600}>No sample sits on a plate</Text>
      <Text size="sm" c="dimmed">
        Import a file with the columns plate and well, or add a sample with its place.
      </Text>
      <Button onClick={onImport}>Import samples</Button>
    </Stack>
  )
}
