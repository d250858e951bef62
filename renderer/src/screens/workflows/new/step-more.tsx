/** What most steps leave as it is: another device, keeping it, a limit, trying again. */

import { Checkbox, NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core'
import type { DeviceWire } from '../../../../../shared/contract/devices.ts'
import type { DraftRetry, DraftStep } from './draft.ts'

type Props = {
  step: DraftStep
  devices: readonly DeviceWire[]
  problemOf: (field: string) => string | undefined
  onChange: (changed: Partial<DraftStep>) => void
}

const usualRetry: DraftRetry = { attempts: 3, backoffSeconds: 10, on: '' }

export function StepMore({ step, devices, problemOf, onChange }: Props) {
  const { retry } = step
  return (
    <SimpleGrid cols={{ base: 2, lg: 3 }} spacing="sm" verticalSpacing="xs" mt="xs">
      <Select
        label="On another device"
        description="Booked for this step, and released after it"
        placeholder="The workflow's own"
        clearable
        searchable
        data={devices.map(({ id, name }) => ({ value: id, label: name }))}
        value={step.deviceId}
        error={problemOf('deviceId')}
        onChange={(deviceId) => onChange({ deviceId, ...(deviceId === null ? { hold: false } : {}) })}
      />
      <NumberInput
        label="Time limit (s)"
        description="Aborted when it takes longer"
        placeholder="As its history allows"
        hideControls
        clampBehavior="none"
        value={step.timeoutSeconds ?? ''}
        error={problemOf('timeoutSeconds')}
        onChange={(value) => onChange({ timeoutSeconds: value === '' ? null : value })}
      />
      <Checkbox
        mt="xl"
        label="Keep that device until the next step on it"
        disabled={step.deviceId === null}
        checked={step.hold}
        onChange={(event) => onChange({ hold: event.currentTarget.checked })}
      />
      <Checkbox
        mt="xl"
        label="Try again by itself when it fails"
        checked={retry !== null}
        onChange={(event) => onChange({ retry: event.currentTarget.checked ? usualRetry : null })}
      />
      {retry && (
        <>
          <NumberInput
            label="Attempts"
            description="The first one counts"
            hideControls
            clampBehavior="none"
            allowDecimal={false}
            value={retry.attempts}
            error={problemOf('retry.attempts')}
            onChange={(value) => onChange({ retry: { ...retry, attempts: value } })}
          />
          <NumberInput
            label="Pause between them (s)"
            description="0: at once"
            hideControls
            clampBehavior="none"
            value={retry.backoffSeconds}
            error={problemOf('retry.backoffSeconds')}
            onChange={(value) => onChange({ retry: { ...retry, backoffSeconds: value } })}
          />
          <TextInput
            label="Only on these error codes"
            description="Separated by commas; empty: on any failure"
            value={retry.on}
            onChange={(event) => onChange({ retry: { ...retry, on: event.currentTarget.value } })}
          />
        </>
      )}
    </SimpleGrid>
  )
}
