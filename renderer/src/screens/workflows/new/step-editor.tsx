/** One step of a workflow that is being written. */

import { ActionIcon, Autocomplete, Button, Group, JsonInput, Paper, Text } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconBraces, IconChevronDown, IconCopy, IconForms, IconTrash } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { ParameterInputs } from '../../../components/parameter-inputs.tsx'
import { operationWords } from '../../../components/words.ts'
import { type DraftStep, parsedJson } from './draft.ts'
import { useDraft } from './draft-store.ts'
import { StepMore } from './step-more.tsx'
import type { KnownToLab } from './use-known.ts'

type Props = {
  step: DraftStep
  place: number
  count: number
  ownDevice: string
  known: KnownToLab
  problemOf: (field: string) => string | undefined
  handle: ReactNode
  onMove: (by: 1 | -1) => void
  onRemove: () => void
}

export function StepEditor({ step, place, count, ownDevice, known, problemOf, handle, onMove, onRemove }: Props) {
  const { changeStep, duplicateStep } = useDraft.getState()
  const deviceId = step.deviceId ?? ownDevice
  const operations = known.operationsOf(deviceId)
  const description = operations.find(({ operation }) => operation === step.operation)
  const [more, setMore] = useState(step.deviceId !== null || step.retry !== null || step.timeoutSeconds !== null)
  const change = (changed: Partial<DraftStep>) => changeStep(step.key, changed)
  const name = `step ${place + 1}`

  function setParameter(parameter: string, value: unknown): void {
    const { [parameter]: _, ...others } = step.parameters
    change({ parameters: value === undefined ? others : { ...step.parameters, [parameter]: value } })
  }

  return (
    <Paper withBorder p="sm" mb="xs" role="group" aria-label={`Step ${place + 1}`} data-step>
      <Group align="flex-start" gap="xs" wrap="nowrap">
        {handle}
        <Text fw={700} w="1.75rem" ta="right" pt={6} aria-hidden>
          {place + 1}.
        </Text>
        <Autocomplete
          flex={1}
          aria-label={`Operation of ${name}`}
          placeholder="Operation: choose one, or type a name"
          data={operations.map(({ operation }) => operation)}
          renderOption={({ option }) => (
            <OperationOption operation={option.value} title={operations.find(({ operation }) => operation === option.value)?.title} />
          )}
          value={step.operation}
          error={problemOf('operation')}
          maxLength={200}
          onChange={(operation) => change({ operation })}
        />
        <Group gap={2} wrap="nowrap" pt={2}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Move ${name} up`}
            data-control="up"
            disabled={place === 0}
            onClick={() => onMove(-1)}
          >
            <IconArrowUp size="1.1rem" aria-hidden />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Move ${name} down`}
            data-control="down"
            disabled={place === count - 1}
            onClick={() => onMove(1)}
          >
            <IconArrowDown size="1.1rem" aria-hidden />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Duplicate ${name}`} onClick={() => duplicateStep(step.key)}>
            <IconCopy size="1.1rem" aria-hidden />
          </ActionIcon>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`Remove ${name}`} data-control="remove" onClick={onRemove}>
            <IconTrash size="1.1rem" aria-hidden />
          </ActionIcon>
        </Group>
      </Group>
      {step.json === null && description ? (
        <ParameterInputs
          parameters={description.parameters}
          values={step.parameters}
          problemOf={(parameter) => problemOf(`parameters.${parameter}`)}
          onChange={setParameter}
        />
      ) : (
        <JsonInput
          label={`Parameters of ${name} as JSON`}
          placeholder='{"volume_ul": 50}'
          autosize
          minRows={2}
          value={step.json ?? written(step.parameters)}
          error={problemOf('json')}
          onChange={(json) => change({ json })}
        />
      )}
      {step.json === null && description && <Others step={step} known={description.parameters.map((parameter) => parameter.name)} />}
      <Group gap="xs" mt="xs">
        <Button
          size="compact-sm"
          variant="subtle"
          rightSection={<IconChevronDown size="1rem" aria-hidden style={{ rotate: more ? '180deg' : undefined }} />}
          aria-expanded={more}
          onClick={() => setMore(!more)}
        >
          More
        </Button>
        {description && <FieldsOrJson step={step} onChange={change} />}
      </Group>
      {more && <StepMore step={step} devices={known.devices} problemOf={problemOf} onChange={change} />}
    </Paper>
  )
}

function OperationOption({ operation, title }: { operation: string; title: string | undefined }) {
  return (
    <div>
      <Text size="sm">{title ?? operationWords(operation)}</Text>
      <Text size="xs" c="dimmed">
        {operation}
      </Text>
    </div>
  )
}

/** Parameters that the device does not describe stay with the step. */
function Others({ step, known }: { step: DraftStep; known: readonly string[] }) {
  const others = Object.entries(step.parameters).filter(([name]) => !known.includes(name))
  if (others.length === 0) return null
  return (
    <Text size="sm" c="dimmed" mt={4}>
      And as it is: {others.map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(', ')}
    </Text>
  )
}

function FieldsOrJson({ step, onChange }: { step: DraftStep; onChange: (changed: Partial<DraftStep>) => void }) {
  const asFields = step.json === null ? undefined : parsedJson(step.json)
  if (step.json === null) {
    return (
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconBraces size="1rem" aria-hidden />}
        onClick={() => onChange({ json: written(step.parameters) })}
      >
        As JSON
      </Button>
    )
  }
  return (
    <Button
      size="compact-sm"
      variant="subtle"
      leftSection={<IconForms size="1rem" aria-hidden />}
      disabled={!asFields}
      onClick={() => onChange({ json: null, ...(asFields ? { parameters: asFields } : {}) })}
    >
      As fields
    </Button>
  )
}

function written(parameters: DraftStep['parameters']): string {
  return Object.keys(parameters).length === 0 ? '' : JSON.stringify(parameters, null, 2)
}
