/** The chosen logs as a file: fetched piece by piece, with progress and a way to stop. */

import { Button, Group, Modal, Progress, Radio, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { LogFilterWire, LogOrder } from '../../../../shared/contract/logs.ts'
import { useClient } from '../../api/lab.tsx'
import { saveFile } from '../../components/save-file.ts'
import { tellDone, tellRefusal } from '../../components/tell.tsx'
import { countWords } from '../../components/words.ts'
import { exportLogs, type LogFile } from './export-logs.ts'
import type { LogList } from './log-list.ts'

type Props = { opened: boolean; onClose: () => void; list: LogList; filter: LogFilterWire; order: LogOrder }

export function LogExport({ opened, onClose, list, filter, order }: Props) {
  const client = useClient()
  const [format, setFormat] = useState<LogFile['format']>('csv')
  const [rows, setRows] = useState<number>()
  const running = useRef<AbortController>(null)
  useEffect(() => () => running.current?.abort(), [])

  const total = list.extent()?.total ?? 0
  const isCounted = list.extent()?.complete === true

  async function begin(): Promise<void> {
    const stop = new AbortController()
    running.current = stop
    setRows(0)
    try {
      const file = await exportLogs(client.call, { filter, order, format }, setRows, stop.signal)
      if (!file) return
      saveFile(file.name, file.content.type, file.content)
      tellDone(`${countWords(file.rows, 'log')} ${file.rows === 1 ? 'was' : 'were'} exported as ${file.name}`)
      onClose()
    } catch (error) {
      tellRefusal(error instanceof Error ? error : new Error(String(error)), 'The export did not come to its end')
    } finally {
      running.current = null
      setRows(undefined)
    }
  }

  function close(): void {
    running.current?.abort()
    onClose()
  }

  return (
    <Modal opened={opened} onClose={close} title="Export logs" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack gap="md">
        <Text size="sm">
          {isCounted ? `${countWords(total, 'log')} ${total === 1 ? 'fits' : 'fit'} the filters` : 'All logs that fit the filters'}, in the
          order of the table.
        </Text>
        <Radio.Group label="Format" value={format} onChange={(value) => setFormat(value as LogFile['format'])} /* one of the two below */>
          <Group mt={4}>
            <Radio value="csv" label="CSV, for spreadsheets" disabled={rows !== undefined} />
            <Radio value="ndjson" label="NDJSON, for programs" disabled={rows !== undefined} />
          </Group>
        </Radio.Group>
        {rows !== undefined && (
          <div role="status">
            <Progress value={total > 0 ? Math.min(100, (rows / total) * 100) : 100} aria-label="Exported so far" transitionDuration={150} />
            <Text size="sm" mt={4}>
              {isCounted ? `${rows.toLocaleString('en')} of ${countWords(total, 'log')}` : countWords(rows, 'log')}
            </Text>
          </div>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button onClick={() => void begin()} loading={rows !== undefined}>
            Export
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
