/** Everything that happened to a workflow, the latest first, with who did it and why. */

import { Skeleton, Table, Text } from '@mantine/core'
import { useLab } from '../../../api/lab.tsx'
import { eventReason, eventWords } from '../../../components/event-words.ts'
import { Instant } from '../../../components/time.tsx'

/** As many as a page of the past holds. */
const most = 1000

export function WorkflowHistory({ workflowId }: { workflowId: string }) {
  const { data: events, error } = useLab('events.list', { workflowId, limit: most })
  if (error) return <Text c="var(--mantine-color-error)">{error.message}</Text>
  if (!events) return <Skeleton height="12rem" />
  if (events.length === 0) return <Text c="dimmed">Nothing is known of its past: it came with the demo lab, or from an older program.</Text>
  return (
    <Table.ScrollContainer minWidth="34rem">
      <Table verticalSpacing={6} aria-label="History">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>When</Table.Th>
            <Table.Th>What happened</Table.Th>
            <Table.Th>Who</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => {
            const reason = eventReason(event)
            return (
              <Table.Tr key={event.id}>
                <Table.Td style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
                  <Instant at={event.at} seconds />
                </Table.Td>
                <Table.Td>
                  {eventWords(event)}
                  {reason && (
                    <Text size="sm" c="dimmed">
                      Reason: {reason}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td>{event.operator ?? actors[event.actor] ?? event.actor}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

/** Where nobody is named: the way it came in. */
const actors: Readonly<Record<string, string>> = { ui: 'at the screen', rest: 'a script', runner: 'the lab', program: 'the lab' }
