/** The latest logs of a workflow; all of them, with everything that can be asked of logs, are on the screen for logs. */

import { Skeleton, Stack, Table, Text } from '@mantine/core'
import { useLab } from '../../../api/lab.tsx'
import { LinkButton } from '../../../components/link.tsx'
import { logLooks, State } from '../../../components/state.tsx'
import { Instant } from '../../../components/time.tsx'
import { formatDuration } from '../../../components/time-format.ts'
import { operationWords } from '../../../components/words.ts'

const shown = 100

export function WorkflowLogs({ workflowId }: { workflowId: string }) {
  const { data: logs, error } = useLab('logs.first', { filter: { workflowId }, order: 'newest', limit: shown })
  if (error) return <Text c="var(--mantine-color-error)">{error.message}</Text>
  if (!logs) return <Skeleton height="12rem" />
  if (logs.length === 0) return <Text c="dimmed">None of its steps has run yet.</Text>
  return (
    <Stack align="flex-start">
      <Table.ScrollContainer minWidth="34rem" w="100%">
        <Table verticalSpacing={6} aria-label="Logs">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Started</Table.Th>
              <Table.Th>Operation</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Took</Table.Th>
              <Table.Th>Error</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {logs.map((log) => (
              <Table.Tr key={log.id}>
                <Table.Td style={{ whiteSpace: 'nowrap', fontVariantNumeric: 'tabular-nums' }}>
                  <Instant at={log.startedAt} seconds />
                </Table.Td>
                <Table.Td>
                  {log.stepIndex === null ? '' : `${log.stepIndex + 1}. `}
                  {operationWords(log.operation)}
                </Table.Td>
                <Table.Td>
                  <State look={logLooks[log.status]} />
                </Table.Td>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>{log.durationMs === null ? '' : formatDuration(log.durationMs / 1000)}</Table.Td>
                <Table.Td>{log.error}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <LinkButton variant="default" to="/logs" search={{ workflow: workflowId }}>
        {logs.length === shown ? 'All of its logs' : 'Look at them among the logs'}
      </LinkButton>
    </Stack>
  )
}
