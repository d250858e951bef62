/** One sample: what it is, where it sits, and the workflows that use it. */

import { Alert, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import type { SampleWire } from '../../../../shared/contract/samples.ts'
import { useLab } from '../../api/lab.tsx'
import { LinkAnchor } from '../../components/link.tsx'
import { State, workflowLooks } from '../../components/state.tsx'
import { Instant } from '../../components/time.tsx'
import styles from './samples.module.css'

type Props = {
  barcode: string
  /** Puts it into another well, or out of its well. */
  onMove: (samples: SampleWire[]) => void
  onUse: (barcodes: string[]) => void
}

export function SampleDetail({ barcode, onMove, onUse }: Props) {
  const { data: sample, error } = useLab('samples.get', { barcode })
  if (error) return <Alert color="red">{error.message}</Alert>
  if (!sample) return <Skeleton height="12rem" />
  const { name, type, location, workflows } = sample
  return (
    <Stack gap="sm">
      <Title order={2} size="h4" className={styles.barcode}>
        {sample.barcode}
      </Title>
      <dl className={styles.facts}>
        <Fact name="Name">{name ?? 'none'}</Fact>
        <Fact name="Type">{type ?? 'none'}</Fact>
        <Fact name="Place">
          {location ? (
            <LinkAnchor to="/samples" search={{ view: 'plates', plate: location.plate, sample: sample.barcode }} inherit>
              {location.plate}, {location.well}
            </LinkAnchor>
          ) : (
            'in no well'
          )}
        </Fact>
        <Fact name="Added">
          <Instant at={sample.createdAt} />
        </Fact>
        <Fact name="Changed">
          <Instant at={sample.updatedAt} />
        </Fact>
      </dl>
      <Group gap="xs">
        <Button size="xs" variant="default" onClick={() => onMove([sample])}>
          Move
        </Button>
        <Button size="xs" variant="default" onClick={() => onUse([sample.barcode])}>
          Use in a new workflow
        </Button>
      </Group>
      <Title order={3} size="h5">
        {workflows.length === 0 ? 'In no workflow' : 'Workflows'}
      </Title>
      <ul className={styles.workflows}>
        {workflows.map(({ id, name, status }) => (
          <li key={id}>
            <LinkAnchor to="/workflows/$workflowId" params={{ workflowId: id }} inherit>
              {name}
            </LinkAnchor>
            <State look={workflowLooks[status]} />
          </li>
        ))}
      </ul>
    </Stack>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** What stands there when nothing is chosen. */
export function NothingChosen({ children }: { children: React.ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  )
}
