/** A long list as a grid: only the rows in view are in the document, the keyboard reaches all of them. */

// biome-ignore-all lint/a11y/useSemanticElements: the rows of a table cannot be placed one by one

import { Text, UnstyledButton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { usePreferences } from './preferences.ts'
import styles from './virtual-grid.module.css'

export type GridColumn<Row> = {
  key: string
  title: string
  /** A track of CSS grid: `8rem`, `minmax(10rem, 2fr)`. */
  width: string
  cell: (row: Row, place: { isActive: boolean }) => ReactNode
  /** The orders to sort by it. */
  sort?: { up: string; down: string }
  /** Left out where there is little room. */
  isExtra?: boolean
  /** The title is only for screen readers. */
  hiddenTitle?: boolean
}

type Props<Row> = {
  label: string
  columns: readonly GridColumn<Row>[]
  rows: readonly Row[]
  /** They answer the question before: until the new answer is there, Enter opens none. A click does, what it means is seen. */
  isOld: boolean
  /** Of all rows, those not read yet too; undefined when nobody knows. */
  total: number | undefined
  rowKey: (row: Row) => string
  order?: string
  onOrder?: (order: string) => void
  onOpen: (row: Row) => void
  /** The end of what is read comes into view. */
  onNearEnd: () => void
  /** In place of rows when there are none. */
  empty: ReactNode
}

/** As in the style sheet; it covers the first row that scrolls under it. */
const headHeight = 40
const rowHeights = { desk: 44, bench: 58 } as const
/** From here on there is room for the extra columns. */
const wideFrom = { desk: '80em', bench: '105em' } as const

export function VirtualGrid<Row>({
  label,
  columns: allColumns,
  rows,
  isOld,
  total,
  rowKey,
  order,
  onOrder,
  onOpen,
  onNearEnd,
  empty,
}: Props<Row>) {
  const id = useId()
  const density = usePreferences((state) => state.density)
  const isWide = useMediaQuery(`(min-width: ${wideFrom[density]})`, true, { getInitialValueInEffect: false })
  const columns = isWide ? allColumns : allColumns.filter((column) => !column.isExtra)
  const scroller = useRef<HTMLDivElement>(null)
  const rowHeight = rowHeights[density]
  /** The row that the keys are on, and where it was seen last: rows that come or go around it do not move them to another. */
  const [active, setActive] = useState<{ key: string | null; index: number }>({ key: null, index: 0 })
  const [hasFocus, setHasFocus] = useState(false)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
  })
  const items = virtual.getVirtualItems()
  const lastShown = items.at(-1)?.index ?? 0
  const place = active.key === null ? -1 : rows.findIndex((row) => rowKey(row) === active.key)
  const current = place >= 0 ? place : Math.min(active.index, Math.max(0, rows.length - 1))
  if (place >= 0 && place !== active.index) setActive({ ...active, index: place })

  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes it remembers are of the old density
  useEffect(() => {
    virtual.measure()
  }, [virtual, rowHeight])
  useEffect(() => {
    if (rows.length > 0 && lastShown >= rows.length - 30) onNearEnd()
  }, [lastShown, rows.length, onNearEnd])

  function activate(index: number): void {
    const row = rows[index]
    setActive({ key: row === undefined ? null : rowKey(row), index })
  }

  function moveTo(index: number): void {
    const next = Math.max(0, Math.min(rows.length - 1, index))
    activate(next)
    virtual.scrollToIndex(next)
  }

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>): void {
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2)
    const moves: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + page,
      PageUp: current - page,
      Home: 0,
      End: rows.length - 1,
    }
    const target = moves[event.key]
    const row = rows[current]
    if (target !== undefined) moveTo(target)
    else if (event.key === 'Enter' && row !== undefined) {
      if (!isOld) onOpen(row)
    } else return
    event.preventDefault()
  }

  const tracks = { gridTemplateColumns: columns.map((column) => column.width).join(' ') }
  const rowId = (index: number) => `${id}-${index}`
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        className={styles.scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={total === undefined ? -1 : total + 1}
        aria-colcount={columns.length}
        aria-busy={isOld}
        tabIndex={0}
        aria-activedescendant={rows.length > 0 && items.some((item) => item.index === current) ? rowId(current) : undefined}
        onKeyDown={onKeyDown}
        onFocus={() => {
          setHasFocus(true)
          activate(current)
        }}
        onBlur={() => setHasFocus(false)}
      >
        <div role="rowgroup" className={styles.head}>
          <div role="row" aria-rowindex={1} tabIndex={-1} className={styles.row} style={tracks}>
            {columns.map((column) => (
              <ColumnTitle key={column.key} column={column} order={order} onOrder={onOrder} />
            ))}
          </div>
        </div>
        <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            const isActive = index === current
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
              <div
                key={rowKey(row)}
                id={rowId(index)}
                role="row"
                aria-rowindex={index + 2}
                tabIndex={-1}
                className={styles.row}
                data-active={isActive && hasFocus ? true : undefined}
                style={{ ...tracks, height: rowHeight, transform: `translateY(${start - headHeight}px)` }}
                onClick={() => {
                  activate(index)
                  onOpen(row)
                }}
              >
                {columns.map((column) => (
                  <div key={column.key} role="gridcell" className={styles.cell} tabIndex={-1}>
                    {column.cell(row, { isActive })}
                  </div>
                ))}
              </div>
            )
          })}
        </div>
      </div>
      {rows.length === 0 && <div className={styles.empty}>{empty}</div>}
    </div>
  )
}

type TitleProps<Row> = { column: GridColumn<Row>; order: string | undefined; onOrder: ((order: string) => void) | undefined }

function ColumnTitle<Row>({ column: { title, sort, hiddenTitle }, order, onOrder }: TitleProps<Row>) {
  const direction = sort && order === sort.up ? 'ascending' : sort && order === sort.down ? 'descending' : undefined
  const text = (
    <Text span size="sm" fw={600} className={hiddenTitle ? styles.hidden : undefined}>
      {title}
    </Text>
  )
  return (
    <div role="columnheader" aria-sort={sort ? (direction ?? 'none') : undefined} className={styles.cell} tabIndex={-1}>
      {sort && onOrder ? (
        <UnstyledButton className={styles.sort} onClick={() => onOrder(direction === 'ascending' ? sort.down : sort.up)}>
          {text}
          {direction === 'ascending' && <IconArrowUp size="0.9rem" aria-hidden />}
          {direction === 'descending' && <IconArrowDown size="0.9rem" aria-hidden />}
        </UnstyledButton>
      ) : (
        text
      )}
    </div>
  )
}
