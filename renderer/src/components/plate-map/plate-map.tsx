/** A plate seen from above, as large as it is drawn and to scale: wells are chosen with the mouse, by touch or with the keyboard. */

// biome-ignore-all lint/a11y/useSemanticElements: wells stand where they are on the plate, which cells of a table cannot

import { type KeyboardEvent, memo, type PointerEvent, useId, useMemo, useRef, useState } from 'react'
import {
  formatWell,
  type PlateFormat,
  parseWell,
  plateFootprint,
  plateFormats,
  plateGeometry,
  type WellPosition,
  wellAt,
} from '../../../../shared/domain/plate.ts'
import styles from './plate-map.module.css'
import { fillOf, WellFills, type WellLook } from './well-looks.tsx'
import { namesBetween, wellAfterKey } from './well-selection.ts'

/** `words`: what a screen reader says of it. */
export type WellContent = { words: string; look: WellLook }

type Props = {
  label: string
  format: PlateFormat
  /** By the well's name. */
  wells: ReadonlyMap<string, WellContent>
  selected: ReadonlySet<string>
  onSelect: (wells: ReadonlySet<string>) => void
  /** The well that the keys start from. */
  cursor: string
  onCursor: (well: string) => void
  /** Enter, or a double click. */
  onOpen?: (well: string) => void
  /** The selection was dragged by so many rows and columns. */
  onShift?: (by: { rows: number; columns: number }) => void
}

/** From where the pointer drags: choosing a rectangle beside what was chosen before, or shifting what is chosen. */
type Drag = { kind: 'select'; from: WellPosition; kept: ReadonlySet<string> } | { kind: 'shift'; from: WellPosition; to: WellPosition }

export function PlateMap({ label, format, wells, selected, onSelect, cursor, onCursor, onOpen, onShift }: Props) {
  const id = useId()
  const drawing = useRef<SVGSVGElement>(null)
  const [held, setHeld] = useState({ anchor: cursor, cursor })
  // Where the cursor was set from elsewhere, choosing begins there.
  const anchor = held.cursor === cursor ? held.anchor : cursor
  const [drag, setDrag] = useState<Drag | null>(null)
  const { rows, columns } = plateFormats[format]
  const looks = useMemo(() => [...new Set([...wells.values()].map((content) => content.look))], [wells])
  const { width, height } = plateFootprint
  const shift = drag?.kind === 'shift' ? shiftBetween(drag.from, drag.to) : null

  function go(to: string, from: string): void {
    setHeld({ anchor: from, cursor: to })
    onCursor(to)
  }

  function wellUnder(event: PointerEvent | React.MouseEvent): WellPosition | null {
    const matrix = drawing.current?.getScreenCTM()
    if (!matrix) return null
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse())
    return wellAt(x, y, format)
  }

  function onPointerDown(event: PointerEvent<SVGSVGElement>): void {
    const well = wellUnder(event)
    if (!well || event.button !== 0) return
    event.currentTarget.setPointerCapture(event.pointerId)
    const name = formatWell(well)
    const adds = event.ctrlKey || event.metaKey
    const keeps = event.shiftKey || (onShift && !adds && selected.has(name) && wells.has(name))
    go(name, keeps ? anchor : name)
    if (event.shiftKey) onSelect(new Set(namesBetween(parseWell(anchor), well)))
    else if (keeps) setDrag({ kind: 'shift', from: well, to: well })
    else {
      const kept = adds ? new Set(selected) : new Set<string>()
      if (kept.has(name)) kept.delete(name)
      else setDrag({ kind: 'select', from: well, kept })
      onSelect(adds && selected.has(name) ? kept : new Set([...kept, name]))
    }
  }

  function onPointerMove(event: PointerEvent): void {
    const well = drag && wellUnder(event)
    if (!well) return
    const name = formatWell(well)
    if (drag.kind === 'shift') setDrag({ ...drag, to: well })
    else if (name !== cursor) onSelect(new Set([...drag.kept, ...namesBetween(drag.from, well)]))
    if (drag.kind === 'select') go(name, anchor)
  }

  function onPointerUp(event: PointerEvent): void {
    setDrag(null)
    if (drag?.kind !== 'shift') return
    // Where it is let go, which a quick hand does before the last move is drawn.
    const by = shiftBetween(drag.from, wellUnder(event) ?? drag.to)
    if (by.rows !== 0 || by.columns !== 0) onShift?.(by)
    // A click on what is chosen chooses it alone.
    else onSelect(new Set([cursor]))
  }

  function onKeyDown(event: KeyboardEvent): void {
    const far = event.ctrlKey || event.metaKey
    const next = wellAfterKey(parseWell(cursor), event.key, far, format)
    if (next) {
      go(formatWell(next), event.shiftKey ? anchor : formatWell(next))
      if (event.shiftKey) onSelect(new Set(namesBetween(parseWell(anchor), next)))
    } else if (event.key === ' ') {
      const changed = new Set(selected)
      if (!changed.delete(cursor)) changed.add(cursor)
      onSelect(changed)
      go(cursor, cursor)
    } else if (event.key === 'a' && far) onSelect(new Set(wells.keys()))
    else if (event.key === 'Escape' && selected.size > 0) onSelect(new Set())
    else if (event.key === 'Enter' && onOpen) onOpen(cursor)
    else return
    event.preventDefault()
  }

  return (
    <div
      className={styles.frame}
      role="grid"
      aria-label={label}
      aria-multiselectable
      aria-rowcount={rows}
      aria-colcount={columns}
      aria-activedescendant={`${id}-${cursor}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <svg
        ref={drawing}
        className={styles.plate}
        viewBox={`-0.5 -0.5 ${width + 1} ${height + 1}`}
        role="rowgroup"
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrag(null)}
        onDoubleClick={(event) => {
          const well = wellUnder(event)
          if (well) onOpen?.(formatWell(well))
        }}
      >
        <WellFills id={id} looks={looks} />
        {/* The corner beside A1 is cut off, as on the plates. */}
        <path className={styles.rim} d={`M5 0 H${width - 2} q2 0 2 2 V${height - 2} q0 2 -2 2 H2 q-2 0 -2 -2 V5 Z`} />
        <Labels format={format} />
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of a plate are their places
          <g key={row} role="row" aria-rowindex={row + 1}>
            {Array.from({ length: columns }, (_, column) => {
              const name = formatWell({ row, column })
              const content = wells.get(name)
              return (
                <Well
                  key={name}
                  id={`${id}-${name}`}
                  name={name}
                  row={row}
                  column={column}
                  format={format}
                  fill={content ? fillOf(id, content.look) : undefined}
                  words={content?.words ?? 'empty'}
                  isSelected={selected.has(name)}
                />
              )
            })}
          </g>
        ))}
        <Cursor format={format} well={parseWell(cursor)} />
        {shift && <Shifted format={format} selected={selected} wells={wells} shift={shift} />}
      </svg>
    </div>
  )
}

function shiftBetween(from: WellPosition, to: WellPosition): { rows: number; columns: number } {
  return { rows: to.row - from.row, columns: to.column - from.column }
}

type WellProps = {
  id: string
  name: string
  row: number
  column: number
  format: PlateFormat
  fill: string | undefined
  words: string
  isSelected: boolean
}

const Well = memo(function Well({ id, name, row, column, format, fill, words, isSelected }: WellProps) {
  const { left, top, pitch, well, isSquare } = plateGeometry[format]
  const [x, y] = [left + column * pitch, top + row * pitch]
  return (
    <rect
      id={id}
      role="gridcell"
      aria-label={`${name}: ${words}`}
      aria-selected={isSelected}
      aria-colindex={column + 1}
      className={styles.well}
      data-filled={fill !== undefined || undefined}
      x={x - well / 2}
      y={y - well / 2}
      width={well}
      height={well}
      rx={isSquare ? well / 8 : well / 2}
      fill={fill ?? 'transparent'}
      strokeWidth={isSelected ? pitch / 9 : pitch / 40}
    />
  )
})

function Labels({ format }: { format: PlateFormat }) {
  const { rows, columns } = plateFormats[format]
  const { left, top, pitch, well } = plateGeometry[format]
  // On a plate of 1536 every second one, or nobody could read them.
  const every = format === 1536 ? 2 : 1
  const size = Math.min(4, Math.max(2.4, pitch * 0.45))
  const beside = left - well / 2 - Math.min(4, (left - well / 2) / 2)
  const above = top - well / 2 - Math.min(2.5, (top - well / 2) / 2)
  return (
    <g className={styles.labels} fontSize={size} aria-hidden>
      {Array.from({ length: Math.ceil(rows / every) }, (_, index) => {
        const row = index * every
        const letters = formatWell({ row, column: 0 }).slice(0, -1)
        return (
          <text key={letters} x={beside} y={top + row * pitch}>
            {letters}
          </text>
        )
      })}
      {Array.from({ length: Math.ceil(columns / every) }, (_, index) => {
        const column = index * every
        return (
          <text key={column} x={left + column * pitch} y={above}>
            {column + 1}
          </text>
        )
      })}
    </g>
  )
}

function Cursor({ format, well: { row, column } }: { format: PlateFormat; well: WellPosition }) {
  const { left, top, pitch } = plateGeometry[format]
  const side = pitch * 0.96
  return (
    <rect
      className={styles.cursor}
      x={left + column * pitch - side / 2}
      y={top + row * pitch - side / 2}
      width={side}
      height={side}
      rx={pitch / 10}
      strokeWidth={Math.max(0.35, pitch / 18)}
      aria-hidden
    />
  )
}

type ShiftedProps = { format: PlateFormat; selected: ReadonlySet<string>; wells: Props['wells']; shift: { rows: number; columns: number } }

/** Where what is dragged would come to stand. */
function Shifted({ format, selected, wells, shift }: ShiftedProps) {
  const { left, top, pitch, well } = plateGeometry[format]
  return (
    <g aria-hidden>
      {[...selected]
        .filter((name) => wells.has(name))
        .map((name) => {
          const { row, column } = parseWell(name)
          return (
            <circle
              key={name}
              className={styles.ghost}
              cx={left + (column + shift.columns) * pitch}
              cy={top + (row + shift.rows) * pitch}
              r={well / 2}
              strokeWidth={pitch / 12}
            />
          )
        })}
    </g>
  )
}
