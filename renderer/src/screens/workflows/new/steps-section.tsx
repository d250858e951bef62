/** The steps of a workflow that is being written, in the order they will run. */

import { arrayMove } from '@dnd-kit/sortable'
import { Button, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useRef } from 'react'
import { flushSync } from 'react-dom'
import { SortableList } from '../../../components/sortable-list.tsx'
import { operationWords } from '../../../components/words.ts'
import type { Draft, DraftStep } from './draft.ts'
import { useDraft } from './draft-store.ts'
import { offerUndo } from './offer-undo.ts'
import { StepEditor } from './step-editor.tsx'
import type { KnownToLab } from './use-known.ts'

type Control = 'up' | 'down' | 'remove'

type Props = { draft: Draft; known: KnownToLab; problemOf: (field: string) => string | undefined }

export function StepsSection({ draft, known, problemOf }: Props) {
  const { change, addStep, insertStep, removeStep } = useDraft.getState()
  const section = useRef<HTMLDivElement>(null)
  const { steps } = draft
  const items = steps.map((step) => ({ id: step.key, step }))
  const unreadable = draft.deviceId === '' ? undefined : known.unreadable(draft.deviceId)

  /** The focus goes on to the first of these that can be pressed, of the step at this place or of the last; without any, to what adds one. */
  function changeAndFocus(change: () => void, place: number, controls: readonly Control[]): void {
    flushSync(change)
    const editors = section.current?.querySelectorAll('[data-step]')
    const editor = editors?.[Math.min(place, editors.length - 1)]
    const target = controls.flatMap((control) => editor?.querySelector<HTMLElement>(`[data-control="${control}"]:enabled`) ?? [])[0]
    const next = target ?? section.current?.querySelector<HTMLElement>('[data-control="add"]')
    next?.focus()
  }

  function move(place: number, by: 1 | -1): void {
    changeAndFocus(() => change({ steps: arrayMove(steps, place, place + by) }), place + by, by < 0 ? ['up', 'down'] : ['down', 'up'])
  }

  function remove(step: DraftStep, place: number): void {
    changeAndFocus(() => removeStep(step.key), place, ['remove'])
    const what = step.operation ? `, ${operationWords(step.operation)},` : ''
    offerUndo(`Step ${place + 1}${what} is removed.`, () => changeAndFocus(() => insertStep(step, place), place, ['remove']))
  }

  return (
    <Stack gap="sm" ref={section}>
      {unreadable && (
        <Text size="sm" c="dimmed">
          What the device can do could not be read ({unreadable}). Type the names of its operations.
        </Text>
      )}
      {steps.length === 0 ? (
        <Text c="dimmed" size="sm">
          No steps yet. Without any, the workflow holds its device until it is completed.
        </Text>
      ) : (
        <SortableList
          items={items}
          label="Steps"
          nameOf={({ step }) => `step ${steps.indexOf(step) + 1}${step.operation ? `, ${operationWords(step.operation)}` : ''}`}
          placeOf={(item, order) => `place ${order.findIndex(({ id }) => id === item.id) + 1} of ${order.length}`}
          onMove={(_, order) => change({ steps: order.map(({ step }) => step) })}
        >
          {({ step }, handle) => {
            const place = steps.indexOf(step)
            return (
              <StepEditor
                step={step}
                place={place}
                count={steps.length}
                ownDevice={draft.deviceId}
                known={known}
                problemOf={(field) => problemOf(`${step.key}.${field}`)}
                handle={handle}
                onMove={(by) => move(place, by)}
                onRemove={() => remove(step, place)}
              />
            )
          }}
        </SortableList>
      )}
      <Button
        data-control="add"
        variant="default"
        leftSection={<IconPlus size="1.1rem" aria-hidden />}
        onClick={addStep}
        style={{ alignSelf: 'flex-start' }}
      >
        Add a step
      </Button>
    </Stack>
  )
}
