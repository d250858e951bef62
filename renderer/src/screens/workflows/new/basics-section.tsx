/** Name, device, and how a workflow that is being written shall run. */

import { Input, Radio, SegmentedControl, Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { DeviceWire } from '../../../../../shared/contract/devices.ts'
import { type Priority, priorities } from '../../../../../shared/domain/queue.ts'
import { deviceTypeWords, priorityWords } from '../../../components/words.ts'
import type { Draft } from './draft.ts'

type Props = {
  draft: Draft
  devices: readonly DeviceWire[]
  problemOf: (field: string) => string | undefined
  onChange: (changed: Partial<Draft>) => void
}

export function BasicsSection({ draft, devices, problemOf, onChange }: Props) {
  return (
    <Stack gap="sm">
      <SimpleGrid cols={2} spacing="sm">
        <TextInput
          label="Name"
          withAsterisk
          maxLength={200}
          value={draft.name}
          error={problemOf('name')}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <Select
          label="Device"
          withAsterisk
          searchable
          placeholder="Choose a device"
          data={devices.map(({ id, name, type }) => ({ value: id, label: `${name} (${deviceTypeWords[type].toLowerCase()})` }))}
          value={draft.deviceId || null}
          error={problemOf('deviceId')}
          onChange={(deviceId) => onChange({ deviceId: deviceId ?? '' })}
        />
      </SimpleGrid>
      <SimpleGrid cols={3} spacing="sm">
        <Radio.Group
          label="When it is created"
          value={draft.start}
          onChange={(start) => onChange({ start: start === 'now' ? 'now' : 'later' })}
        >
          <Stack gap={6} mt={6}>
            <Radio value="now" label="Start now, or queue when busy" />
            <Radio value="later" label="Start it later" />
          </Stack>
        </Radio.Group>
        <Radio.Group label="Steps run" value={draft.how} onChange={(how) => onChange({ how: how === 'auto' ? 'auto' : 'manual' })}>
          <Stack gap={6} mt={6}>
            <Radio value="auto" label="Automatically, one after another" />
            <Radio value="manual" label="By hand, each when I say so" />
          </Stack>
        </Radio.Group>
        <div>
          <Input.Label component="div" id="new-priority">
            Priority in the queue
          </Input.Label>
          <SegmentedControl
            display="flex"
            mt={4}
            aria-labelledby="new-priority"
            value={draft.priority}
            onChange={(value) => onChange({ priority: value as Priority })}
            data={priorities.map((value) => ({ value, label: priorityWords[value] }))}
          />
        </div>
      </SimpleGrid>
    </Stack>
  )
}
