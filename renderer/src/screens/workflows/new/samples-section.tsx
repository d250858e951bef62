/** The samples of a workflow that is being written: found, scanned, pasted, or chosen on a plate. */

import { Alert, Button, Group, Pill, ScrollArea, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconClipboardText, IconGridDots } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useClient } from '../../../api/lab.tsx'
import { BarcodeField } from '../../../components/barcode/barcode-field.tsx'
import styles from '../workflows.module.css'
import { useDraft } from './draft-store.ts'
import { offerUndo } from './offer-undo.ts'
import { PasteDialog } from './paste-dialog.tsx'
import { PlateDialog } from './plate-dialog.tsx'
import { SampleFinder } from './sample-finder.tsx'

/** More would make the page slow; all of them count. */
const shown = 300

type Props = { barcodes: readonly string[]; unknown: readonly string[]; problem: string | undefined }

export function SamplesSection({ barcodes, unknown, problem }: Props) {
  const { addBarcodes, removeBarcodes } = useDraft.getState()
  const client = useClient()
  const first = useRef<HTMLButtonElement>(null)
  const [dialog, setDialog] = useState<'plate' | 'paste' | null>(null)
  const isUnknown = new Set(unknown)
  const chosen = new Set(barcodes)

  /** @param found takes the place of a barcode that the lab does not have */
  async function take(barcode: string, found?: string): Promise<string | null> {
    const [answer] = await client.call('samples.validate', { barcodes: [barcode] })
    const taken = answer?.exists ? barcode : found
    if (taken === undefined) return `There is no sample "${barcode}"`
    if (useDraft.getState().draft.barcodes.includes(taken)) return `"${taken}" is there already`
    addBarcodes([taken])
    return null
  }

  function removeAll(): void {
    removeBarcodes(chosen)
    offerUndo(barcodes.length === 1 ? '1 sample is removed.' : `${barcodes.length.toLocaleString('en')} samples are removed.`, () =>
      addBarcodes(barcodes),
    )
    // The button can do nothing more, and would lose the focus to nobody.
    first.current?.focus()
  }

  return (
    <Stack gap="sm">
      <SimpleGrid cols={2} spacing="sm">
        <BarcodeField label="Scan a barcode" placeholder="Scan, or type and press Enter" onScan={take} />
        <SampleFinder
          chosen={chosen}
          onToggle={(barcode) => (chosen.has(barcode) ? removeBarcodes(new Set([barcode])) : addBarcodes([barcode]))}
          onTake={take}
        />
      </SimpleGrid>
      <Group gap="xs">
        <Button ref={first} variant="default" leftSection={<IconGridDots size="1.1rem" aria-hidden />} onClick={() => setDialog('plate')}>
          From a plate
        </Button>
        <Button variant="default" leftSection={<IconClipboardText size="1.1rem" aria-hidden />} onClick={() => setDialog('paste')}>
          Paste many
        </Button>
        <Text size="sm" ml="auto" aria-live="polite">
          {barcodes.length === 1 ? '1 sample' : `${barcodes.length.toLocaleString('en')} samples`}
        </Text>
        <Button variant="subtle" disabled={barcodes.length === 0} onClick={removeAll}>
          Remove all
        </Button>
      </Group>
      {problem && (
        <Alert color="red" title="Not all of these samples are known">
          <Stack gap="xs" align="flex-start">
            <Text size="sm">{problem}.</Text>
            <Button size="compact-sm" variant="default" onClick={() => removeBarcodes(isUnknown)}>
              {unknown.length === 1 ? 'Remove it' : `Remove these ${unknown.length}`}
            </Button>
          </Stack>
        </Alert>
      )}
      {barcodes.length > 0 && (
        <ScrollArea.Autosize mah="10rem" type="auto" viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'Chosen samples' }}>
          <Pill.Group gap={6}>
            {[...unknown, ...barcodes.filter((barcode) => !isUnknown.has(barcode))].slice(0, shown).map((barcode) => (
              <Pill
                key={barcode}
                className={styles.barcode}
                withRemoveButton
                removeButtonProps={{ 'aria-label': `Remove ${barcode}`, 'aria-hidden': false, tabIndex: 0 }}
                onRemove={() => removeBarcodes(new Set([barcode]))}
              >
                {isUnknown.has(barcode) ? `${barcode} (unknown)` : barcode}
              </Pill>
            ))}
            {barcodes.length > shown && <Text size="sm">and {(barcodes.length - shown).toLocaleString('en')} more</Text>}
          </Pill.Group>
        </ScrollArea.Autosize>
      )}
      <PlateDialog opened={dialog === 'plate'} onClose={() => setDialog(null)} onAdd={addBarcodes} />
      <PasteDialog opened={dialog === 'paste'} onClose={() => setDialog(null)} onAdd={addBarcodes} />
    </Stack>
  )
}
