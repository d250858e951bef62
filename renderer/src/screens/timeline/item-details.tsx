/** What is pointed at on the timeline, in words, and where it leads. */

import { Button, Group, Text } from '@mantine/core'
import { LinkButton } from '../../components/link.tsx'
import { logLooks, State } from '../../components/state.tsx'
import { formatDuration, formatInstant } from '../../components/time-format.ts'
import { countWords } from '../../components/words.ts'
import type { Item, Lane } from './lanes.ts'

export function ItemDetails({ lane, item, onOpen }: { lane: Lane; item: Item; onOpen: (item: Item) => void }) {
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start">
      <div>
        <Group gap="sm">
          <Text fw={650}>{titleOf(item)}</Text>
          {item.status && <State look={logLooks[item.status]} />}
          <Text c="dimmed">{lane.name}</Text>
        </Group>
        <Text size="sm">{timesOf(item)}</Text>
      </div>
      <Group gap="xs" wrap="nowrap">
        {item.kind === 'cell' ? (
          <Button size="compact-sm" variant="light" onClick={() => onOpen(item)}>
            Zoom to it
          </Button>
        ) : (
          <>
            {item.workflowName != null && item.workflowId !== undefined && (
              <LinkButton size="compact-sm" variant="light" to="/workflows/$workflowId" params={{ workflowId: item.workflowId }}>
                Open the workflow
              </LinkButton>
            )}
            {!item.isForetold && (
              <LinkButton size="compact-sm" variant="light" to="/logs" search={{ workflow: item.workflowId, device: lane.deviceId }}>
                Its logs
              </LinkButton>
            )}
          </>
        )}
      </Group>
    </Group>
  )
}

/** For a screen reader. */
export function wordsOf(lane: Lane, item: Item | undefined): string {
  if (!item) return `${lane.name}, nothing there`
  return [lane.name, titleOf(item), item.status && logLooks[item.status].word, timesOf(item)].filter(Boolean).join(', ')
}

function titleOf(item: Item): string {
  if (item.kind === 'cell')
    return `${countWords(item.count ?? 0, 'operation')}${item.bad ? `, ${item.bad.toLocaleString('en')} did not complete` : ''}`
  const workflow = item.workflowName ?? item.workflowId ?? ''
  const what = item.kind === 'run' ? `Run of ${workflow}` : `${item.label} for ${workflow}`
  return item.isForetold ? `${what}, foretold` : what
}

function timesOf({ kind, start, end, latest, isForetold, isOpen, busy }: Item): string {
  const from = formatInstant(new Date(start), { seconds: true })
  if (isOpen) return `Since ${from}, ${formatDuration((end - start) / 1000)} so far`
  const span = `${from} – ${formatInstant(new Date(end), { seconds: true })}, ${formatDuration((end - start) / 1000)}`
  if (kind === 'cell') return `${span}: an operation ran ${Math.round((busy ?? 0) * 100)} % of it`
  return isForetold && latest !== undefined && latest > end
    ? `${span}; with nine in ten until ${formatInstant(new Date(latest), { seconds: true })}`
    : span
}
