/** One device: its name, what it can do, and how it is driven. */

import { Alert, Button, Group, JsonInput, Select, Stack, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import type { DeviceWire } from '../../../../shared/contract/devices.ts'
import { type DeviceType, deviceIdPattern, deviceTypes } from '../../../../shared/domain/device.ts'
import { type DriverName, driverNames, isDriverName } from '../../../../shared/domain/driver-config.ts'
import { useCommand } from '../../api/lab.tsx'
import { tellDone } from '../../components/tell.tsx'
import { deviceTypeWords } from '../../components/words.ts'

const driverHelp: Readonly<Record<string, { about: string; example: string }>> = {
  simulated: {
    about: 'Takes its time and fails as it is told to. May stay empty.',
    example: '{ "jitter": 0.1, "failure_rate": 0.02 }',
  },
  http: {
    about: 'An instrument or gateway that speaks JSON over HTTP; docs/drivers.md lists every setting.',
    example: '{ "base_url": "http://192.0.2.7:8080" }',
  },
}

type Props = { device: DeviceWire | null; onDone: () => void }

export function DeviceForm({ device, onDone }: Props) {
  const [refusal, setRefusal] = useState<string | null>(null)
  const form = useForm({
    initialValues: {
      id: device?.id ?? '',
      name: device?.name ?? '',
      type: device?.type ?? ('other' satisfies DeviceType as DeviceType),
      capabilities: device?.capabilities ?? [],
      driver: device && isDriverName(device.driver) ? device.driver : ('simulated' satisfies DriverName as DriverName),
      config: device && Object.keys(device.driverConfig).length > 0 ? JSON.stringify(device.driverConfig, null, 2) : '',
    },
    validate: {
      id: (id) => (deviceIdPattern.test(id) ? null : 'Lower-case letters, digits and hyphens, 63 at most; it stands in addresses'),
      name: (name) => (name.trim() ? null : 'Give it a name'),
      config: (config) => (isObject(config) ? null : 'Write a JSON object, or leave it empty'),
    },
  })
  const done = (name: string) => {
    tellDone(`${name} is stored.`)
    onDone()
  }
  // What the lab refuses stands in the form, where it can be set right.
  const options = { onSuccess: ({ name }: DeviceWire) => done(name), onError: (error: Error) => setRefusal(error.message) }
  const create = useCommand('devices.create', options)
  const change = useCommand('devices.change', options)

  const submit = form.onSubmit(({ id, name, type, capabilities, driver, config }) => {
    setRefusal(null)
    const driverConfig = config.trim() ? (JSON.parse(config) as Record<string, unknown>) : {} // validated above
    if (device) change.mutate({ deviceId: device.id, name, capabilities, driver, driverConfig })
    else create.mutate({ id, name, type, capabilities, driver, driverConfig })
  })
  const help = driverHelp[form.values.driver]

  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <TextInput label="Name" withAsterisk data-autofocus {...form.getInputProps('name')} />
        <Group grow align="flex-start">
          <TextInput label="Id" description="As scripts call it" withAsterisk disabled={device !== null} {...form.getInputProps('id')} />
          <Select
            label="Type"
            description="What it is compared with"
            disabled={device !== null}
            allowDeselect={false}
            data={deviceTypes.map((value) => ({ value, label: deviceTypeWords[value] }))}
            {...form.getInputProps('type')}
          />
        </Group>
        <TagsInput
          label="Operations it can do"
          description="Enter after each"
          placeholder="pipette_transfer"
          {...form.getInputProps('capabilities')}
        />
        <Select label="Driver" allowDeselect={false} data={[...driverNames]} {...form.getInputProps('driver')} />
        <JsonInput
          label="Driver settings (JSON)"
          description={`${help?.about ?? ''} Secrets read “•••”; leave them so to keep them.`}
          placeholder={help?.example ?? '{}'}
          autosize
          minRows={3}
          formatOnBlur
          {...form.getInputProps('config')}
        />
        {refusal && (
          <Alert color="red" role="alert" title="That was not possible">
            {refusal}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Leave it as it is
          </Button>
          <Button type="submit" loading={create.isPending || change.isPending}>
            {device ? 'Store' : 'Add it'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function isObject(text: string): boolean {
  if (!text.trim()) return true
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
