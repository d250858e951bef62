/** One plate: its wells, what they are coloured by, and what can be done with those that are chosen. */

import { Paper, SegmentedControl, Select, Skeleton, Stack, Text } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { SampleWire } from '../../../../../shared/contract/samples.ts'
import { type PlateFormat, parseWell, plateFormats } from '../../../../../shared/domain/plate.ts'
import { useCommand, useLab } from '../../../api/lab.tsx'
import { fits, usePlateFormat } from '../../../components/plate-map/plate-format-choice.ts'
import { type ColourBy, kindsOf } from '../../../components/plate-map/plate-kinds.ts'
import { PlateLegend } from '../../../components/plate-map/plate-legend.tsx'
import { PlateMap } from '../../../components/plate-map/plate-map.tsx'
import { shiftedBy } from '../../../components/plate-map/well-selection.ts'
import { Refusal, tellRefusal } from '../../../components/tell.tsx'
import { Unread } from '../../../components/unread.tsx'
import styles from '../samples.module.css'
import { tellMoved } from '../tell-moved.ts'
import { WellPanel } from './well-panel.tsx'

type Props = {
  plate: string
  /** The sample that shall have the focus. */
  sample: string | undefined
  /** How many have been scanned: each scan asks for its sample anew. */
  scans: number
  colour: ColourBy
  onColour: (by: ColourBy) => void
  onMove: (samples: SampleWire[]) => void
  onUse: (barcodes: string[]) => void
  onNew: (well: string) => void
}

export function PlateView({ plate, sample, scans, colour, onColour, onMove, onUse, onNew }: Props) {
  const { data: samples, error, refetch } = useLab('samples.plate', { plate })
  const [chosenWells, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [lastCursor, setCursor] = useState('A1')
  const kinds = useMemo(() => kindsOf(samples ?? [], colour), [samples, colour])
  const [format, chooseFormat] = usePlateFormat(plate, [...kinds.wells.keys()])
  const move = useCommand('samples.move', {
    onSuccess: (moved) => {
      tellMoved(moved)
      setSelected(new Set(moved.flatMap(({ location }) => location?.well ?? [])))
    },
    onError: (refused) => tellRefusal(refused, 'Nothing was moved'),
  })

  // A well that another format had is none of this one.
  const selected = new Set([...chosenWells].filter((well) => isOn(well, format)))
  const cursor = isOn(lastCursor, format) ? lastCursor : 'A1'

  // What was scanned or followed here is chosen; when it moves, the choice goes with it as long as it is the only one.
  const focused = samples?.find(({ barcode }) => barcode === sample)?.location?.well
  const followed = useRef({ asked: '', well: '' })
  useEffect(() => {
    if (focused === undefined) return
    const before = followed.current
    const asked = `${scans} ${sample}`
    followed.current = { asked, well: focused }
    const goesAlong = (wells: ReadonlySet<string>) => before.asked !== asked || (wells.size === 1 && wells.has(before.well))
    setCursor((at) => (goesAlong(new Set([at])) ? focused : at))
    setSelected((wells) => (goesAlong(wells) ? new Set([focused]) : wells))
  }, [focused, sample, scans])

  if (error && !samples) return <Unread title="The plate could not be read" error={error} onRetry={() => void refetch()} />
  if (!samples) return <Skeleton className={styles.fill} />
  const chosen = samples.filter(({ location }) => location && selected.has(location.well))

  function shift(by: { rows: number; columns: number }): void {
    const wells = chosen.flatMap(({ location }) => location?.well ?? [])
    const places = shiftedBy(wells, by, format)
    if (!places) tellRefusal(new Refusal('They would not all be on the plate'), 'Nothing was moved')
    else {
      move.mutate({
        moves: chosen.map(({ barcode, location }) => ({ barcode, location: { plate, well: places.get(location?.well ?? '') ?? '' } })),
      })
    }
  }

  return (
    <div className={styles.plateView}>
      <Stack gap="sm" className={styles.plateSide}>
        <div className={styles.controls}>
          <SegmentedControl
            aria-label="Coloured by"
            value={colour}
            onChange={(by) => onColour(by === 'status' ? 'status' : 'type')}
            data={[
              { value: 'type', label: 'By type' },
              { value: 'status', label: 'By workflow' },
            ]}
          />
          <Select
            aria-label="Format of the plate"
            w="9rem"
            allowDeselect={false}
            data={formats.map((each) => ({
              value: String(each),
              label: `${each} wells`,
              disabled: !fits(each, [...kinds.wells.keys()].map(parseWell)),
            }))}
            value={String(format)}
            onChange={(choice) => chooseFormat(Number(choice) as PlateFormat)}
          />
          <Text size="sm" c="dimmed" ml="auto">
            {samples.length} of {format} wells filled
          </Text>
        </div>
        <div className={styles.map}>
          <PlateMap
            label={`Wells of ${plate}`}
            format={format}
            wells={kinds.wells}
            selected={selected}
            onSelect={setSelected}
            cursor={cursor}
            onCursor={setCursor}
            onOpen={(well) => (kinds.wells.has(well) ? setSelected(new Set([well])) : onNew(well))}
            onShift={shift}
          />
        </div>
        <PlateLegend kinds={kinds.legend} />
        <Text size="xs" c="dimmed">
          Arrow keys go from well to well, with Shift they choose; Space adds, Ctrl+A takes all, Enter opens or fills a well. Drag over
          wells to choose them; drag what is chosen to move it.
        </Text>
      </Stack>
      <Paper withBorder p="md" className={styles.panel} component="section" aria-label="Chosen wells">
        <WellPanel
          plate={plate}
          wells={selected.size > 0 ? [...selected] : [cursor]}
          samples={selected.size > 0 ? chosen : samples.filter(({ location }) => location?.well === cursor)}
          onMove={onMove}
          onUse={onUse}
          onNew={onNew}
        />
      </Paper>
    </div>
  )
}

const formats = Object.keys(plateFormats).map(Number) as PlateFormat[] // they are its keys

function isOn(well: string, format: PlateFormat): boolean {
  return fits(format, [parseWell(well)])
}
