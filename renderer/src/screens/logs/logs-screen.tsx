/** Logs: everything that devices did, filtered, by time, as a table over any number of rows. */

import { Button, Group, SegmentedControl, Text, Title } from '@mantine/core'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { LogExtentWire, LogFilterWire, LogOrder } from '../../../../shared/contract/logs.ts'
import type { Push } from '../../../../shared/contract/messages.ts'
import { useClient, usePush } from '../../api/lab.tsx'
import { tellDone, tellRefusal } from '../../components/tell.tsx'
import { useClockDifference, useLabHour } from '../../components/time.tsx'
import { countWords } from '../../components/words.ts'
import { copyRows, mostCopied } from './copy-rows.ts'
import { LogDetailPanel } from './log-detail.tsx'
import { LogExport } from './log-export.tsx'
import { LogFilters } from './log-filters.tsx'
import { LogHistogram } from './log-histogram.tsx'
import { createLogList, type LogList } from './log-list.ts'
import { LogTable, type Selection } from './log-table.tsx'
import styles from './logs-screen.module.css'
import { filterOfSearch, type LogsSearch } from './search.ts'

export function LogsScreen() {
  const search = useSearch({ from: '/logs' })
  const navigate = useNavigate({ from: '/logs' })
  const client = useClient()
  const { order = 'newest' } = search
  // A stretch up to now may be chosen again.
  const [choices, setChoices] = useState(0)
  const filter = useFilter(search, choices)
  const list = useLogList(filter, order)
  const [selection, setSelection] = useState<Selection>()
  const [exporting, setExporting] = useState(false)
  const grid = useRef<HTMLDivElement>(null)

  const change = useCallback(
    (changed: Partial<LogsSearch>, { replace = false } = {}) => {
      if (changed.last) setChoices((count) => count + 1)
      void navigate({ search: (before) => ({ ...before, ...changed }), replace })
    },
    [navigate],
  )

  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another list are no longer chosen
  useEffect(() => setSelection(undefined), [list])

  async function copy(): Promise<void> {
    const extent = list?.list.extent()
    if (!extent || !selection) return
    try {
      tellDone(await copyRows(client.call, extent.generation, selection, order))
    } catch (error) {
      tellRefusal(error instanceof Error ? error : new Error(String(error)), 'Nothing was copied')
    }
  }

  /** To bars, of which the first and the last may reach beyond what is shown. */
  function narrow(from: string, to: string): void {
    const { start = from, end = to } = filter
    change({ last: undefined, from: Date.parse(start) > Date.parse(from) ? start : from, to: Date.parse(end) < Date.parse(to) ? end : to })
  }

  function closeLog(): void {
    change({ log: undefined })
    // What had the focus goes.
    grid.current?.focus()
  }

  const chosen = selection ? selection.to - selection.from + 1 : 0
  return (
    <div className={styles.screen}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="md" align="baseline">
          <Title order={1}>Logs</Title>
          {list && <Total list={list.list} hasText={filter.text !== undefined} />}
        </Group>
        <Group gap="xs" wrap="nowrap">
          {chosen > 1 && (
            <Button size="sm" variant="default" leftSection={<IconCopy size="1rem" aria-hidden />} onClick={() => void copy()}>
              {chosen > mostCopied ? `Copy the first ${mostCopied.toLocaleString('en')} rows` : `Copy ${chosen.toLocaleString('en')} rows`}
            </Button>
          )}
          <SegmentedControl
            size="sm"
            aria-label="Order"
            value={order}
            onChange={(value) => change({ order: value === 'newest' ? undefined : 'oldest' })}
            data={[
              { value: 'newest', label: 'Newest first' },
              { value: 'oldest', label: 'Oldest first' },
            ]}
          />
          <Button size="sm" variant="default" leftSection={<IconDownload size="1rem" aria-hidden />} onClick={() => setExporting(true)}>
            Export
          </Button>
        </Group>
      </Group>
      <LogFilters search={search} onChange={change} />
      {list && <Histogram list={list.list} onNarrow={narrow} />}
      <div className={styles.body}>
        {list ? (
          <LogTable
            key={list.key}
            grid={grid}
            list={list.list}
            order={list.order}
            openId={search.log}
            onOpen={({ id }) => change({ log: id }, { replace: true })}
            onClose={() => change({ log: undefined }, { replace: true })}
            onSelect={setSelection}
            onCopy={() => void copy()}
          />
        ) : (
          <div className={styles.body} />
        )}
        {search.log !== undefined && <LogDetailPanel logId={search.log} onClose={closeLog} onNarrow={change} />}
      </div>
      {list && <LogExport opened={exporting} onClose={() => setExporting(false)} list={list.list} filter={filter} order={order} />}
    </div>
  )
}

/** The filter of the address; a stretch up to now is counted from when it was chosen, and moves on by the hour. */
function useFilter(search: LogsSearch, choices: number): LogFilterWire {
  const difference = useClockDifference()
  const ahead = useRef(difference)
  ahead.current = difference
  const { last, from, to } = search
  const hour = useLabHour()
  // biome-ignore lint/correctness/useExhaustiveDependencies: "now" is when the time was chosen, or when the hour began
  const now = useMemo(() => new Date(Date.now() + ahead.current), [last, from, to, choices, hour])
  const filter = filterOfSearch(search, now)
  const key = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same filter, the same object
  return useMemo(() => filter, [key])
}

/** The list of a filter, fresh for as long as it is on the screen. */
function useLogList(filter: LogFilterWire, order: LogOrder) {
  const client = useClient()
  const [shown, setShown] = useState<{ list: LogList; order: LogOrder; key: number }>()
  useEffect(() => {
    const list = createLogList(client.call, filter, order)
    setShown((before) => ({ list, order, key: (before?.key ?? 0) + 1 }))
    return list.close
  }, [client, filter, order])

  const list = shown?.list
  usePush(
    useCallback(
      (push: Push) => {
        if (push.topic === 'gate' && push.gate === 'open') list?.restart()
        if (push.topic !== 'event' || !push.event.kind.startsWith('operation.')) return
        const { deviceId, workflowId, data } = push.event
        if ((filter.deviceId ?? deviceId) !== deviceId || (filter.workflowId ?? workflowId) !== workflowId) return
        list?.refresh(typeof data.log_id === 'number' ? data.log_id : undefined)
      },
      [list, filter],
    ),
  )
  return shown
}

function Total({ list, hasText }: { list: LogList; hasText: boolean }) {
  useSyncExternalStore(list.subscribe, list.version)
  const extent = list.extent()
  if (!extent) return null
  if (extent.complete) return <Text c="dimmed">{countWords(extent.total, 'log')}</Text>
  return (
    <Text c="dimmed" role="status">
      {hasText ? 'Searching' : 'Counting'} … {Math.floor(extent.counted * 100)} %, {extent.total.toLocaleString('en')} so far
    </Text>
  )
}

/** While a list that takes the place of another is counted, the bars of that one stay, and with them the focus of whoever narrows by keys. */
function Histogram({ list, onNarrow }: { list: LogList; onNarrow: (from: string, to: string) => void }) {
  useSyncExternalStore(list.subscribe, list.version)
  const last = useRef<LogExtentWire['histogram']>(nothingYet)
  const extent = list.extent()
  const isCounted = extent !== undefined && (extent.complete || extent.histogram.buckets.length > 0)
  if (isCounted) last.current = extent.histogram
  // Bars of the list before may stand for a time that is filtered out by now.
  return <LogHistogram histogram={last.current} onNarrow={isCounted ? onNarrow : doNothing} />
}

function doNothing(): void {}

const nothingYet = { bucketWidth: 1, from: '', to: '', buckets: [] }
