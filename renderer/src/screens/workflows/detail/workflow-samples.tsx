/** The samples of a workflow, each a way to where it sits. */

import { Paper, ScrollArea, Text, Title } from '@mantine/core'
import { LinkAnchor } from '../../../components/link.tsx'

export function WorkflowSamples({ barcodes }: { barcodes: readonly string[] }) {
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4" mb="xs">
        {barcodes.length === 1 ? '1 sample' : `${barcodes.length} samples`}
      </Title>
      {barcodes.length === 0 ? (
        <Text size="sm" c="dimmed">
          This workflow names no samples.
        </Text>
      ) : (
        <ScrollArea.Autosize mah="18rem" type="auto" viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'Samples' }}>
          <Text size="sm" lh={1.9}>
            {barcodes.map((barcode, place) => (
              // A workflow may name a sample twice.
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
              <span key={place}>
                <LinkAnchor to="/samples" search={{ sample: barcode }} inherit mr="sm">
                  {barcode}
                </LinkAnchor>{' '}
              </span>
            ))}
          </Text>
        </ScrollArea.Autosize>
      )}
    </Paper>
  )
}
