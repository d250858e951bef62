/** The lab's devices and how each is driven: add, change, delete. */

import { ActionIcon, Button, Group, Modal, Skeleton, Stack, Table, Text, VisuallyHidden } from '@mantine/core'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { DeviceWire } from '../../../../shared/contract/devices.ts'
import { useCommand, useLab } from '../../api/lab.tsx'
import { connectionLooks, modeLooks, State } from '../../components/state.tsx'
import { tellDone } from '../../components/tell.tsx'
import { Unread } from '../../components/unread.tsx'
import { deviceTypeWords } from '../../components/words.ts'
import { DeviceForm } from './device-form.tsx'
import { Section } from './section.tsx'

type Dialog = { kind: 'add' } | { kind: 'edit' | 'delete'; device: DeviceWire }

export function DevicesCard() {
  const devices = useLab('devices.list', {})
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  return (
    <Section
      title="Devices"
      about="What the bench has, and how each is driven. A device is deleted only when nobody holds it or waits for it; its history stays."
      action={
        <Button leftSection={<IconPlus size="1.1rem" aria-hidden />} onClick={() => setDialog({ kind: 'add' })}>
          Add a device
        </Button>
      }
    >
      {devices.data ? (
        <DeviceTable devices={devices.data} onOpen={setDialog} />
      ) : devices.error ? (
        <Unread title="The devices could not be read" error={devices.error} onRetry={() => void devices.refetch()} />
      ) : (
        <Skeleton h="12rem" />
      )}
      <Modal
        opened={dialog?.kind === 'add' || dialog?.kind === 'edit'}
        onClose={close}
        title={dialog?.kind === 'edit' ? `Change ${dialog.device.name}` : 'Add a device'}
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {dialog && dialog.kind !== 'delete' && <DeviceForm device={dialog.kind === 'edit' ? dialog.device : null} onDone={close} />}
      </Modal>
      <Modal
        opened={dialog?.kind === 'delete'}
        onClose={close}
        title="Delete this device?"
        closeButtonProps={{ 'aria-label': 'Close' }}
        centered
      >
        {dialog?.kind === 'delete' && <ConfirmDelete device={dialog.device} onClose={close} />}
      </Modal>
    </Section>
  )
}

function DeviceTable({ devices, onOpen }: { devices: DeviceWire[]; onOpen: (dialog: Dialog) => void }) {
  if (devices.length === 0) return <Text c="dimmed">There is no device yet. Add the first instrument of your bench.</Text>
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Id</Table.Th>
            <Table.Th>Type</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>Driver</Table.Th>
            <Table.Th w="6rem">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {devices.map((device) => (
            <Table.Tr key={device.id}>
              <Table.Td fw={500}>{device.name}</Table.Td>
              <Table.Td>{device.id}</Table.Td>
              <Table.Td>{deviceTypeWords[device.type]}</Table.Td>
              <Table.Td>
                <Group gap="md">
                  <State look={connectionLooks[device.connection]} />
                  {device.mode === 'maintenance' && <State look={modeLooks.maintenance} />}
                </Group>
              </Table.Td>
              <Table.Td>{device.driver}</Table.Td>
              <Table.Td>
                <Group gap={4} wrap="nowrap" justify="flex-end">
                  <ActionIcon
                    variant="subtle"
                    size="lg"
                    aria-label={`Change ${device.name}`}
                    onClick={() => onOpen({ kind: 'edit', device })}
                  >
                    <IconPencil size="1.1rem" aria-hidden />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    size="lg"
                    aria-label={`Delete ${device.name}`}
                    onClick={() => onOpen({ kind: 'delete', device })}
                  >
                    <IconTrash size="1.1rem" aria-hidden />
                  </ActionIcon>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function ConfirmDelete({ device, onClose }: { device: DeviceWire; onClose: () => void }) {
  const remove = useCommand('devices.delete', {
    onSuccess: () => {
      tellDone(`${device.name} is deleted. Its history stays.`)
      onClose()
    },
  })
  return (
    <Stack>
      <Text>
        {device.name} ({device.id}) leaves the bench. Its logs stay.
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it
        </Button>
        <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate({ deviceId: device.id })}>
          Delete it
        </Button>
      </Group>
    </Stack>
  )
}
