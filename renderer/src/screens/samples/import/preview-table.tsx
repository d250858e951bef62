/** The lines of a file of samples, each with what it would do or with what is wrong in which cell. */

import { ScrollArea, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconCirclePlus, IconRefresh } from '@tabler/icons-react'
import type { ImportPreviewWire, ImportRowWire } from '../../../../../shared/contract/samples.ts'
import { importColumns, mostProblems } from '../../../../../shared/domain/sample-import.ts'
import styles from '../samples.module.css'

/** More would make the page slow; the counts are of all. */
const shown = 300

export function PreviewTable({ preview, onlyBad }: { preview: ImportPreviewWire; onlyBad: boolean }) {
  const rows = onlyBad ? preview.rows.filter((row) => row.effect === null) : preview.rows
  const isWhole = rows.length <= shown && preview.problemCount <= mostProblems
  if (rows.length === 0) return null
  return (
    <>
      <ScrollArea.Autosize mah="50vh" type="auto" viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'Lines of the file' }}>
        <Table stickyHeader verticalSpacing={4} aria-label="Preview">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Line</Table.Th>
              <Table.Th>Effect</Table.Th>
              {importColumns.map((column) => (
                <Table.Th key={column}>{column}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, shown).map((row) => (
              <PreviewRow key={row.line} row={row} />
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {!isWhole && (
        <Text size="sm" c="dimmed">
          The first {Math.min(rows.length, shown).toLocaleString('en')} lines are shown.
        </Text>
      )}
    </>
  )
}

function PreviewRow({ row: { line, cells, effect, problems } }: { row: ImportRowWire }) {
  const ofRow = problems.filter(({ column }) => column === null)
  return (
    <Table.Tr>
      <Table.Td className={styles.number}>{line}</Table.Td>
      <Table.Td>
        <Effect effect={effect} />
        {ofRow.map(({ message }) => (
          <Text key={message} size="xs" c="var(--mantine-color-error)">
            {message}
          </Text>
        ))}
      </Table.Td>
      {importColumns.map((column) => {
        const wrong = problems.filter((problem) => problem.column === column)
        return (
          <Table.Td key={column} className={wrong.length > 0 ? styles.wrong : undefined}>
            {cells[column] ?? <span className={styles.none}>–</span>}
            {wrong.map(({ message }) => (
              <Text key={message} size="xs" c="var(--mantine-color-error)">
                {message}
              </Text>
            ))}
          </Table.Td>
        )
      })}
    </Table.Tr>
  )
}

function Effect({ effect }: { effect: ImportRowWire['effect'] }) {
  const [Icon, word] =
    effect === 'create'
      ? ([IconCirclePlus, 'New'] as const)
      : effect === 'update'
        ? ([IconRefresh, 'Known'] as const)
        : ([IconAlertTriangle, 'Problem'] as const)
  return (
    <span className={styles.effect}>
      <Icon size="1rem" aria-hidden />
      {word}
    </span>
  )
}
