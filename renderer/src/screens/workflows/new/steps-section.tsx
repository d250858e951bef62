/** The steps of a workflow that is being written, in the order they will run. */

import { arrayMove } from '@dnd-kit/sortable'
import { Button, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { SortableList } from '../../../components/sortable-list.tsx'
import { operationWords } from '../../../components/words.ts'
import type { Draft } from './draft.ts'
import { useDraft } from './draft-store.ts'
import { StepEditor } from './step-editor.tsx'
import type { KnownToLab } from './use-known.ts'

type Props = { draft: Draft; known: KnownToLab; problemOf: (field: string) => string | undefined }

export function StepsSection({ draft, known, problemOf }: Props) {
  const { change, addStep } = useDraft.getState()
  const { steps } = draft
  const items = steps.map((step) => ({ id: step.key, step }))
  const unreadable = draft.deviceId === '' ? undefined : known.unreadable(draft.deviceId)
  return (
    <Stack gap="sm">
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
                onMove={(by) => change({ steps: arrayMove(steps, place, place + by) })}
              />
            )
          }}
        </SortableList>
      )}
      <Button variant="default" leftSection={<IconPlus size="1.1rem" aria-hidden />} onClick={addStep} style={{ alignSelf: 'flex-start' }}>
        Add a step
      </Button>
    </Stack>
  )
}
