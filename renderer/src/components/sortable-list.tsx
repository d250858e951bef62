/** A list that is put in order by dragging: with the mouse, by touch (press, then move), and with the keyboard, each move announced. */

import {
  type Announcements,
  closestCenter,
  DndContext,
  type DragEndEvent,
  type DraggableAttributes,
  type KeyboardCoordinateGetter,
  KeyboardSensor,
  type Modifier,
  MouseSensor,
  TouchSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from '@dnd-kit/core'
import { arrayMove, SortableContext, type SortableData, useSortable, verticalListSortingStrategy } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon } from '@mantine/core'
import { IconGripVertical } from '@tabler/icons-react'
import { Fragment, type ReactNode, type Ref, useRef, useState } from 'react'
import styles from './sortable-list.module.css'

/** `fixed`: it makes way for others (the heading of a part) and is not dragged itself. */
export type SortableItem = { id: UniqueIdentifier; fixed?: boolean }

type Props<T extends SortableItem> = {
  items: readonly T[]
  /** What the list is called by those who hear it. */
  label: string
  /** What an item is called when its move is announced. */
  nameOf: (item: T) => string
  /** Where an item stands in such an order, as it is announced: "place 2 of 5". */
  placeOf: (item: T, order: readonly T[]) => string
  /** It was dropped: the order as it then is. The list shows `items` again, which therefore change in the same turn. */
  onMove: (item: T, order: T[]) => void
  onDragging?: (dragging: boolean) => void
  /** `handle` is to be put where the item is taken hold of; for a fixed item it is null. */
  children: (item: T, handle: ReactNode) => ReactNode
}

/** What a drag may carry along: nothing moves sideways. */
const onlyUpAndDown: Modifier = ({ transform }) => ({ ...transform, x: 0 })

/**
 * One place up or down in the list. Middle on middle, because places differ in height and the nearest middle decides; dnd-kit's own way puts
 * upper edge on upper edge, and a tall item would never be over a low one.
 */
const nextPlace: KeyboardCoordinateGetter = (event, { context: { active, over, droppableRects, collisionRect } }) => {
  const step = event.code === 'ArrowDown' ? 1 : event.code === 'ArrowUp' ? -1 : 0
  const { items, index } = ((over ?? active)?.data.current as SortableData | undefined)?.sortable ?? {}
  const target = step !== 0 && items && index !== undefined ? items[index + step] : undefined
  const rect = target === undefined ? undefined : droppableRects.get(target)
  if (step !== 0) event.preventDefault()
  return rect && collisionRect ? { x: collisionRect.left, y: rect.top + (rect.height - collisionRect.height) / 2 } : undefined
}

export function SortableList<T extends SortableItem>({ items, label, nameOf, placeOf, onMove, onDragging, children }: Props<T>) {
  // What a drag began with stays until it ends, whatever changes meanwhile: nobody's target moves away under the hand.
  const [dragged, setDragged] = useState<readonly T[] | null>(null)
  const moved = useRef(false)
  const shown = dragged ?? items
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 4 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 180, tolerance: 8 } }),
    useSensor(KeyboardSensor, { coordinateGetter: nextPlace }),
  )

  function orderAfter(active: UniqueIdentifier, over: UniqueIdentifier | undefined): T[] {
    const from = shown.findIndex(({ id }) => id === active)
    const to = shown.findIndex(({ id }) => id === over)
    return from < 0 || to < 0 ? [...shown] : arrayMove([...shown], from, to)
  }

  function said(active: UniqueIdentifier, over: UniqueIdentifier | undefined, words: (name: string, place: string) => string) {
    const item = shown.find(({ id }) => id === active)
    return item && words(nameOf(item), placeOf(item, orderAfter(active, over)))
  }

  const announcements: Announcements = {
    onDragStart: ({ active }) => {
      moved.current = false
      return said(active.id, active.id, (name, place) => `${name} is taken up from ${place}.`)
    },
    onDragOver: ({ active, over }) => {
      // A drag begins over its own place, which has just been said.
      moved.current ||= over?.id !== active.id
      return moved.current ? said(active.id, over?.id, (name, place) => `${name} is over ${place}.`) : undefined
    },
    onDragEnd: ({ active, over }) => said(active.id, over?.id, (name, place) => `${name} is put down at ${place}.`),
    onDragCancel: ({ active }) => said(active.id, active.id, (name, place) => `${name} stays at ${place}.`),
  }

  function end(event: DragEndEvent | null): void {
    setDragged(null)
    onDragging?.(false)
    const item = event && shown.find(({ id }) => id === event.active.id)
    if (item && event.over && event.over.id !== event.active.id) onMove(item, orderAfter(event.active.id, event.over.id))
  }

  return (
    <DndContext
      sensors={sensors}
      collisionDetection={closestCenter}
      modifiers={[onlyUpAndDown]}
      accessibility={{
        announcements,
        screenReaderInstructions: {
          draggable: 'Press Space or Enter to take it up, the arrow keys to move it, Space or Enter to put it down, Escape to leave it.',
        },
      }}
      onDragStart={() => {
        setDragged(items)
        onDragging?.(true)
      }}
      onDragEnd={end}
      onDragCancel={() => end(null)}
    >
      <SortableContext items={shown.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
        <ol className={styles.list} aria-label={label}>
          {shown.map((item) => (
            <SortableRow key={item.id} item={item} name={nameOf(item)}>
              {(handle) => <Fragment>{children(item, handle)}</Fragment>}
            </SortableRow>
          ))}
        </ol>
      </SortableContext>
    </DndContext>
  )
}

type RowProps = { item: SortableItem; name: string; children: (handle: ReactNode) => ReactNode }

function SortableRow({ item: { id, fixed = false }, name, children }: RowProps) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id,
    disabled: { draggable: fixed, droppable: false },
  })
  const { onKeyDown, ...pointer } = listeners ?? {}
  return (
    <li
      ref={setNodeRef}
      className={styles.row}
      data-dragging={isDragging || undefined}
      data-fixed={fixed || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      // The whole row can be dragged; what can be pressed in it keeps that for itself.
      {...(fixed ? {} : pointerOutsideOfControls(pointer))}
    >
      {children(fixed ? null : <Handle ref={setActivatorNodeRef} attributes={attributes} onKeyDown={onKeyDown} name={name} />)}
    </li>
  )
}

type HandleProps = { ref: Ref<HTMLButtonElement>; attributes: DraggableAttributes; onKeyDown: unknown; name: string }

function Handle({ ref, attributes, onKeyDown, name }: HandleProps) {
  return (
    <ActionIcon
      {...attributes}
      ref={ref}
      // dnd-kit types its listeners as functions of anything.
      onKeyDown={onKeyDown as React.KeyboardEventHandler<HTMLButtonElement>}
      className={styles.handle}
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Move ${name}`}
      data-drag-handle
    >
      <IconGripVertical aria-hidden />
    </ActionIcon>
  )
}

/** The pointer's listeners, deaf to presses on links, buttons and fields other than the handle. */
function pointerOutsideOfControls(listeners: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(listeners).map(([name, listener]) => [
      name,
      (event: React.SyntheticEvent) => {
        const control = (event.target as Element).closest('a, button, input, select, textarea, summary')
        if (control && !control.hasAttribute('data-drag-handle')) return
        if (typeof listener === 'function') listener(event)
      },
    ]),
  )
}
