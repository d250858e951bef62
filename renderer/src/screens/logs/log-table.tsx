/** The table of logs: a grid over any number of rows, worked by wheel, scrollbar and keys, that does not move what is being read. */

import { Button, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { LogOrder, LogRowWire } from '../../../../shared/contract/logs.ts'
import { useLongScroll } from '../../components/long-scroll.ts'
import { usePreferences } from '../../components/preferences.ts'
import type { LogList } from './log-list.ts'
import { columns, LogRow } from './log-row.tsx'
import styles from './log-table.module.css'
import { nextView, positionAt } from './log-view.ts'

/** Positions from the oldest, both ends included. */
export type Selection = { from: number; to: number }

/** Pixels; the style sheet's rows have the same. */
const rowHeights = { desk: 32, bench: 42 } as const

type Props = {
  list: LogList
  /** Becomes the grid itself, for who gives it the focus. */
  grid: RefObject<HTMLDivElement | null>
  order: LogOrder
  openId: number | undefined
  onOpen: (row: LogRowWire) => void
  onClose: () => void
  onSelect: (selection: Selection | undefined) => void
  onCopy: () => void
}

export function LogTable({ list, grid: scroller, order, openId, onOpen, onClose, onSelect, onCopy }: Props) {
  const layer = useRef<HTMLDivElement>(null)
  const density = usePreferences((state) => state.density)
  const rowHeight = rowHeights[density]
  useSyncExternalStore(list.subscribe, list.version)
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)

  const extent = list.extent()
  const counted = extent?.complete || (extent && order === 'oldest')
  const first = counted ? [] : list.first(order)
  const total = counted ? (extent?.total ?? 0) : first.length
  const last = useRef({ shown: undefined as number | undefined, reading: false, atEnd: false, seen: 0 })
  const { shown, arrived } = nextView(order, total, counted ? last.current.shown : undefined, last.current.reading)

  const scroll = useLongScroll(scroller, layer, { rows: shown, rowHeight, head: rowHeight })
  useLayoutEffect(() => {
    const grown = last.current.shown !== undefined && shown > last.current.shown
    if (order === 'oldest' && grown && last.current.atEnd && last.current.seen > 0) scroll.toEnd()
    const seen = order === 'oldest' && !scroll.atEnd ? last.current.seen : shown
    last.current = { shown: counted ? shown : undefined, reading: !scroll.atTop, atEnd: scroll.atEnd, seen }
    // Back at the newest: what waited comes in.
    if (order === 'newest' && scroll.atTop && arrived > 0) drawAgain()
  })
  const below = order === 'oldest' && extent?.complete && !scroll.atEnd ? Math.max(0, shown - last.current.seen) : 0

  useEffect(() => {
    const ends = [positionAt(order, shown, scroll.first), positionAt(order, shown, Math.max(scroll.first, scroll.end - 1))]
    if (counted) list.want(Math.min(...ends), Math.max(...ends) + 1)
  }, [list, order, shown, counted, scroll.first, scroll.end])

  const [cursor, setCursor] = useState<number>()
  const [anchor, setAnchor] = useState<number>()
  const cursorIndex = cursor === undefined ? undefined : positionAt(order, shown, cursor)

  function rowAt(index: number): LogRowWire | undefined {
    return counted ? list.row(positionAt(order, shown, index)) : first[index]
  }

  function moveTo(index: number, extend: boolean): void {
    // Before everything is counted, rows have no place yet to be chosen by.
    if (shown === 0 || !counted) return
    const target = Math.min(shown - 1, Math.max(0, index))
    const position = positionAt(order, shown, target)
    const from = extend ? (anchor ?? cursor ?? position) : position
    setCursor(position)
    setAnchor(from)
    onSelect({ from: Math.min(from, position), to: Math.max(from, position) })
    scroll.toRow(target)
  }

  function open(index: number): void {
    const row = rowAt(index)
    if (row) onOpen(row)
  }

  function onKeyDown(event: KeyboardEvent): void {
    const at = cursorIndex ?? scroll.topRow - 1
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: cursorIndex === undefined ? scroll.topRow : at - 1,
      PageDown: at + scroll.pageRows,
      PageUp: at - scroll.pageRows,
      Home: 0,
      End: shown - 1,
    }
    const target = moves[event.key]
    if (target !== undefined) moveTo(target, event.shiftKey)
    else if ((event.key === 'Enter' || event.key === ' ') && cursorIndex !== undefined) open(cursorIndex)
    else if (event.key === 'Escape') {
      setCursor(undefined)
      setAnchor(undefined)
      onSelect(undefined)
      onClose()
    } else if (event.key.toLowerCase() === 'c' && (event.ctrlKey || event.metaKey) && cursor !== undefined) onCopy()
    else return
    event.preventDefault()
  }

  function onClick(event: MouseEvent): void {
    const index = Number((event.target as Element).closest<HTMLElement>('[data-index]')?.dataset.index ?? Number.NaN)
    if (Number.isNaN(index)) return
    moveTo(index, event.shiftKey)
    if (!event.shiftKey) open(index)
  }

  const [low, high] = [Math.min(anchor ?? -1, cursor ?? -1), Math.max(anchor ?? -1, cursor ?? -1)]
  const drawn = Array.from({ length: Math.max(0, scroll.end - scroll.first) }, (_, n) => scroll.first + n)
  return (
    <div className={styles.frame} data-density={density}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table element lays out all of its rows; a grid says how many there are and draws some */}
      <div
        ref={scroller}
        className={styles.scroller}
        role="grid"
        aria-label="Execution logs"
        aria-rowcount={counted ? shown + 1 : -1}
        aria-colcount={columns.length}
        aria-multiselectable
        aria-readonly
        aria-activedescendant={cursor === undefined ? undefined : `log-at-${cursor}`}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        <div className={styles.canvas} role="presentation" style={{ height: scroll.canvasHeight + rowHeight }}>
          <div className={styles.view} role="presentation" style={{ height: Math.min(scroll.view, scroll.canvasHeight) + rowHeight }}>
            {/* biome-ignore lint/a11y/useSemanticElements: see above */}
            {/* biome-ignore lint/a11y/useFocusableInteractive: the focus is the grid's, which names its active row */}
            <div role="row" aria-rowindex={1} className={styles.head}>
              {columns.map(({ key, name }) => (
                // biome-ignore lint/a11y/useSemanticElements: see above
                // biome-ignore lint/a11y/useFocusableInteractive: see above
                <span role="columnheader" key={key} data-column={key}>
                  {name}
                </span>
              ))}
            </div>
            <div ref={layer} className={styles.layer} role="presentation">
              {drawn.map((index) => {
                const position = positionAt(order, shown, index)
                return (
                  <LogRow
                    // What scrolls out on one side comes in on the other.
                    key={index % Math.max(1, drawn.length)}
                    row={rowAt(index)}
                    index={index}
                    id={`log-at-${position}`}
                    y={(index - scroll.base) * rowHeight}
                    isCursor={position === cursor}
                    isSelected={position >= low && position <= high}
                    isOpen={openId !== undefined && rowAt(index)?.id === openId}
                  />
                )
              })}
            </div>
          </div>
        </div>
      </div>
      {shown === 0 && <EmptyWords list={list} />}
      {arrived > 0 && (
        <Button className={styles.arrived} size="compact-sm" leftSection={<IconArrowUp size="1rem" aria-hidden />} onClick={scroll.toTop}>
          {newRows(arrived)}
        </Button>
      )}
      {below > 0 && (
        <Button
          className={styles.arrived}
          data-side="end"
          size="compact-sm"
          leftSection={<IconArrowDown size="1rem" aria-hidden />}
          onClick={scroll.toEnd}
        >
          {newRows(below)}
        </Button>
      )}
    </div>
  )
}

function EmptyWords({ list }: { list: LogList }) {
  const failure = list.failure()
  const extent = list.extent()
  return (
    <div className={styles.empty} role="status">
      {failure ? (
        <>
          <Text fw={600}>The logs cannot be read at the moment</Text>
          <Text c="dimmed">{failure.message}. This table tries again by itself.</Text>
        </>
      ) : extent?.complete ? (
        <>
          <Text fw={600}>No log fits these filters</Text>
          <Text c="dimmed">Choose a longer time or clear a filter. What devices do from now on appears here by itself.</Text>
        </>
      ) : (
        <Text c="dimmed">Looking for logs …</Text>
      )}
    </div>
  )
}

function newRows(count: number): string {
  return count === 1 ? '1 new row' : `${count.toLocaleString('en')} new rows`
}
