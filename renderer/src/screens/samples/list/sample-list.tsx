/** All samples by barcode, found by what stands in them. */

import { Button, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import { IconDownload, IconSearch } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Output } from '../../../../../shared/contract/contract.ts'
import { useClient } from '../../../api/lab.tsx'
import { useLabPages } from '../../../api/pages.ts'
import { useKeys } from '../../../app/keys.ts'
import { State, workflowLooks } from '../../../components/state.tsx'
import { tellRefusal } from '../../../components/tell.tsx'
import { Unread } from '../../../components/unread.tsx'
import { useDebouncedText } from '../../../components/use-debounced-text.ts'
import { type GridColumn, VirtualGrid } from '../../../components/virtual-grid.tsx'
import { saveSamples } from '../export-samples.ts'
import type { SampleSearch } from '../sample-search.ts'
import styles from '../samples.module.css'

type Row = Output<'samples.list'>['rows'][number]

type Props = { search: SampleSearch; onChange: (changed: Partial<SampleSearch>) => void; onNew: () => void }

export function SampleList({ search, onChange, onNew }: Props) {
  const field = useRef<HTMLInputElement>(null)
  const { text: wanted, placed } = search
  const filter = { ...(wanted ? { text: wanted } : {}), ...(placed === undefined ? {} : { placed }) }
  const list = useLabPages('samples.list', filter)
  const [text, setText] = useDebouncedText(
    wanted,
    useCallback((next) => onChange({ text: next }), [onChange]),
  )
  useKeys(useMemo(() => ({ '/': () => field.current?.focus() }), []))

  return (
    <Stack className={styles.fill} gap="sm">
      <Group gap="xs" role="search">
        <TextInput
          ref={field}
          flex="1 1 16rem"
          aria-label="Find samples"
          placeholder="Barcode, name, type or plate   ( / )"
          leftSection={<IconSearch size="1rem" aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          w="12rem"
          aria-label="Place"
          placeholder="In a well or not"
          clearable
          data={[
            { value: 'yes', label: 'In a well' },
            { value: 'no', label: 'In no well' },
          ]}
          value={placed === undefined ? null : placed ? 'yes' : 'no'}
          onChange={(choice) => onChange({ placed: choice === null ? undefined : choice === 'yes' })}
        />
        <ExportAll filter={filter} />
      </Group>
      {list.isPending ? (
        <Skeleton className={styles.fill} />
      ) : list.isLoadingError ? (
        <Unread title="The samples could not be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <VirtualGrid
          label="Samples"
          columns={columns}
          rows={list.rows}
          isOld={list.isPlaceholderData}
          total={list.hasNextPage ? undefined : list.rows.length}
          rowKey={(row) => row.barcode}
          onOpen={(row) => onChange({ sample: row.barcode, plate: undefined })}
          onNearEnd={list.onNearEnd}
          empty={
            <NoSamples
              filtered={Object.keys(filter).length > 0}
              onClear={() => {
                // Also what is not in the address yet.
                setText('')
                onChange({ text: undefined, placed: undefined })
              }}
              onNew={onNew}
            />
          }
        />
      )}
      {list.isFetchNextPageError && (
        <Unread title="More of them could not be read" error={list.error} onRetry={() => void list.fetchNextPage()} />
      )}
      <Text size="sm" c="dimmed" aria-live="polite">
        {list.isLoadingError
          ? ' '
          : `${list.rows.length.toLocaleString('en')} sample${list.rows.length === 1 ? '' : 's'}${list.hasNextPage ? ' read, more below' : ''}`}
      </Text>
    </Stack>
  )
}

const columns: readonly GridColumn<Row>[] = [
  { key: 'barcode', title: 'Barcode', width: 'minmax(7rem, 1.2fr)', cell: (row) => <b>{row.barcode}</b> },
  { key: 'name', title: 'Name', width: 'minmax(5rem, 1.2fr)', cell: (row) => row.name ?? none },
  { key: 'type', title: 'Type', width: 'minmax(4rem, 0.8fr)', cell: (row) => row.type ?? none },
  { key: 'plate', title: 'Plate', width: 'minmax(5rem, 1fr)', cell: (row) => row.location?.plate ?? none },
  { key: 'well', title: 'Well', width: '3.5rem', cell: (row) => row.location?.well ?? none },
  {
    key: 'workflow',
    title: 'Workflow',
    width: 'minmax(8rem, 1.4fr)',
    isExtra: true,
    cell: (row) => (row.workflow ? <State look={{ ...workflowLooks[row.workflow.status], word: row.workflow.name }} /> : none),
  },
]

const none = <span className={styles.none}>none</span>

/** Every sample that fits, page after page; it can be stopped. */
function ExportAll({ filter }: { filter: { text?: string; placed?: boolean } }) {
  const client = useClient()
  const [read, setRead] = useState<number | null>(null)
  const stopped = useRef(false)
  // Nobody could stop it any more.
  useEffect(
    () => () => {
      stopped.current = true
    },
    [],
  )

  async function run(): Promise<void> {
    stopped.current = false
    setRead(0)
    try {
      const rows: Row[] = []
      let after: string | null = null
      do {
        const page: Output<'samples.list'> = await client.call('samples.list', { ...filter, after, limit: 500 })
        rows.push(...page.rows)
        after = page.next
        setRead(rows.length)
      } while (after !== null && !stopped.current)
      if (!stopped.current) saveSamples(rows, 'samples.csv')
    } catch (error) {
      tellRefusal(error instanceof Error ? error : new Error(String(error)))
    } finally {
      setRead(null)
    }
  }

  if (read !== null) {
    return (
      <Button
        variant="default"
        onClick={() => {
          stopped.current = true
        }}
      >
        Stop the export ({read.toLocaleString('en')})
      </Button>
    )
  }
  return (
    <Button variant="default" leftSection={<IconDownload size="1.1rem" aria-hidden />} onClick={() => void run()}>
      Export
    </Button>
  )
}

function NoSamples({ filtered, onClear, onNew }: { filtered: boolean; onClear: () => void; onNew: () => void }) {
  return (
    <Stack align="center" gap="sm">
      <Text fw={600}>{filtered ? 'No sample fits' : 'There are no samples yet'}</Text>
      <Text size="sm" c="dimmed">
        {filtered ? 'Look for less, or show all of them.' : 'Add one, or import a file of them.'}
      </Text>
      <Button variant="default" onClick={filtered ? onClear : onNew}>
        {filtered ? 'Show all samples' : 'New sample'}
      </Button>
    </Stack>
  )
}
