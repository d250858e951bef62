/** The rest of what can be done with a device. */

import { ActionIcon, Menu } from '@mantine/core'
import { IconDotsVertical, IconListDetails, IconStack2, IconTableShortcut, IconTool, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { BenchDeviceWire } from '../../../../shared/contract/bench.ts'
import { useCommand } from '../../api/lab.tsx'
import { LinkMenuItem } from '../../components/link.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { tellDone } from '../../components/tell.tsx'

export function DeviceMenu({ item: { device, holder } }: { item: BenchDeviceWire }) {
  const { id: deviceId, name } = device
  const [asking, setAsking] = useState<'maintenance' | 'cancel' | null>(null)
  const close = () => setAsking(null)
  const change = useCommand('devices.change', {
    onSuccess: ({ mode }) => tellDone(`${name} is ${mode === 'maintenance' ? 'in maintenance' : 'back in service'}.`),
  })
  const cancel = useCommand('workflows.cancel', { onSuccess: (workflow) => tellDone(`"${workflow.name}" is cancelled.`) })
  const known = holder && holder.status !== null

  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`More for ${name}`}>
            <IconDotsVertical aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {known && (
            <Menu.Item component="a" href={`#/workflows/${holder.workflowId}`} leftSection={<IconListDetails aria-hidden size="1.1em" />}>
              Workflow in detail
            </Menu.Item>
          )}
          <LinkMenuItem to="/queues" search={{ device: deviceId }} leftSection={<IconStack2 aria-hidden size="1.1em" />}>
            Its queue
          </LinkMenuItem>
          <Menu.Item component="a" href={`#/logs?device=${deviceId}`} leftSection={<IconTableShortcut aria-hidden size="1.1em" />}>
            Its history
          </Menu.Item>
          <Menu.Divider />
          {device.mode === 'processing' ? (
            <Menu.Item leftSection={<IconTool aria-hidden size="1.1em" />} onClick={() => setAsking('maintenance')}>
              Into maintenance…
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconTool aria-hidden size="1.1em" />} onClick={() => change.mutate({ deviceId, mode: 'processing' })}>
              Back into service
            </Menu.Item>
          )}
          {known && (
            <Menu.Item leftSection={<IconX aria-hidden size="1.1em" />} onClick={() => setAsking('cancel')}>
              Cancel the workflow…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ReasonDialog
        opened={asking === 'maintenance'}
        onClose={close}
        title={`${name} into maintenance`}
        text={
          holder
            ? 'What runs goes on to its end; nobody gets the device after it until it is back in service.'
            : 'Nobody gets the device until it is back in service.'
        }
        confirm="Into maintenance"
        required
        onConfirm={(reason) => change.mutate({ deviceId, mode: 'maintenance', ...(reason ? { reason } : {}) })}
      />
      {known && (
        <ReasonDialog
          opened={asking === 'cancel'}
          onClose={close}
          title={`Cancel "${holder.workflowName ?? holder.workflowId}"`}
          text={`What runs is stopped, and ${name} goes to the next in its queue. A cancelled workflow does not come back.`}
          confirm="Cancel the workflow"
          danger
          required={false}
          onConfirm={(reason) => cancel.mutate({ workflowId: holder.workflowId, ...(reason ? { reason } : {}) })}
        />
      )}
    </>
  )
}
