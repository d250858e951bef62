/** One figure: a chart, the table behind it, and both to take along. */

import { BarChart, type BarChartProps } from '@mantine/charts'
import { Button, Card, Group, Table as MantineTable, Menu, SegmentedControl, Skeleton, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useId, useRef, useState } from 'react'
import { fileNameOf, saveFile } from '../../components/save-file.ts'
import { tellRefusal } from '../../components/tell.tsx'
import { csvOf, type Figure } from './figures.ts'
import styles from './insights.module.css'
import { pngOf, svgOf } from './picture.ts'

type Props = {
  title: string
  explanation: string
  /** From when to when, in words; for a picture, which is looked at elsewhere. */
  period: string
  /** Something of it was refused; the screen says why. */
  isUnread: boolean
  /** Undefined while it is being fetched, or where it was refused. */
  figure: Figure | undefined
  isEmpty: boolean
  emptyWords: string
  /** How its bars are drawn. */
  chart: Omit<BarChartProps, 'h' | 'data' | 'dataKey'>
}

export function FigureCard({ title, explanation, period, isUnread, figure, isEmpty, emptyWords, chart }: Props) {
  const [shows, setShows] = useState<'chart' | 'table'>('chart')
  const drawing = useRef<HTMLDivElement>(null)
  const heading = useId()
  const name = fileNameOf(title)

  function savePicture(kind: 'svg' | 'png'): void {
    const save = async () => {
      if (!drawing.current) return
      const svg = svgOf(drawing.current, { title, about: `${explanation}; ${period}`, series: chart.series })
      if (kind === 'svg') saveFile(`${name}.svg`, 'image/svg+xml', svg.text)
      else saveFile(`${name}.png`, 'image/png', await pngOf(svg))
    }
    save().catch((error: unknown) => tellRefusal(error instanceof Error ? error : new Error(String(error)), 'The picture was not saved'))
  }

  return (
    <Card withBorder padding="md" component="section" aria-labelledby={heading}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} size="h4" id={heading}>
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {explanation}
          </Text>
        </div>
        <Group gap="xs" wrap="nowrap">
          <SegmentedControl
            size="xs"
            aria-label={`${title}: chart or table`}
            value={shows}
            onChange={(value) => setShows(value as typeof shows)} // one of `data`
            data={[
              { value: 'chart', label: 'Chart' },
              { value: 'table', label: 'Table' },
            ]}
          />
          <Menu position="bottom-end">
            <Menu.Target>
              <Button size="compact-sm" variant="default" px={6} aria-label={`Save: ${title}`} disabled={!figure || isEmpty}>
                <IconDownload size="1rem" aria-hidden />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item disabled={shows !== 'chart'} onClick={() => savePicture('png')}>
                Picture (PNG)
              </Menu.Item>
              <Menu.Item disabled={shows !== 'chart'} onClick={() => savePicture('svg')}>
                Picture (SVG)
              </Menu.Item>
              <Menu.Item onClick={() => figure && saveFile(`${name}.csv`, 'text/csv;charset=utf-8', csvOf(figure.table))}>
                Table (CSV)
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      <div className={styles.figure}>
        {!figure && isUnread ? (
          <Text c="dimmed" className={styles.empty}>
            It could not be read.
          </Text>
        ) : !figure ? (
          <Skeleton height="100%" />
        ) : isEmpty ? (
          <Text c="dimmed" className={styles.empty}>
            {emptyWords}
          </Text>
        ) : shows === 'chart' ? (
          <div ref={drawing} className={styles.chart}>
            <BarChart h="100%" data={figure.data} dataKey="name" {...chart} />
          </div>
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what is longer than its box is scrolled by keys
          // biome-ignore lint/a11y/useSemanticElements: a section with the card's name stands around it already
          <div className={styles.table} tabIndex={0} role="group" aria-label={`${title}: table`}>
            <MantineTable stickyHeader highlightOnHover fz="sm">
              <MantineTable.Thead>
                <MantineTable.Tr>
                  {figure.table.columns.map((column) => (
                    <MantineTable.Th key={column} scope="col">
                      {column}
                    </MantineTable.Th>
                  ))}
                </MantineTable.Tr>
              </MantineTable.Thead>
              <MantineTable.Tbody>
                {figure.table.rows.map((row) => (
                  <MantineTable.Tr key={String(row[0])}>
                    {row.map((value, column) => (
                      <MantineTable.Td key={figure.table.columns[column]}>
                        {typeof value === 'number' ? value.toLocaleString('en') : value}
                      </MantineTable.Td>
                    ))}
                  </MantineTable.Tr>
                ))}
              </MantineTable.Tbody>
            </MantineTable>
          </div>
        )}
      </div>
    </Card>
  )
}
