/** The rest of what can be done with a device. */

import { ActionIcon, Menu } from '@mantine/core'
import { IconDotsVertical, IconListDetails, IconStack2, IconTableShortcut, IconTool, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { BenchDeviceWire } from '../../../../shared/contract/bench.ts'
import { useCommand } from '../../api/lab.tsx'
import { LinkMenuItem } from '../../components/link.tsx'
import { ReasonDialog } from '../../components/reason-dialog.tsx'
import { tellDone } from '../../components/tell.tsx'
import { actionableHolder } from '../../components/workflow-actions/actionable.ts'
import type { WorkflowActionsInUse } from '../../components/workflow-actions/use-workflow-actions.tsx'

type Props = { item: BenchDeviceWire; onAction: WorkflowActionsInUse['begin'] }

export function DeviceMenu({ item: { device, holder }, onAction }: Props) {
  const { id: deviceId, name } = device
  const [asking, setAsking] = useState(false)
  const close = () => setAsking(false)
  const change = useCommand('devices.change', {
    onSuccess: () => {
      tellDone(`${name} is in maintenance.`)
      close()
    },
  })
  const workflow = holder && actionableHolder(holder)

  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size="lg" aria-label={`More for ${name}`}>
            <IconDotsVertical aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {workflow && (
            <LinkMenuItem
              to="/workflows/$workflowId"
              params={{ workflowId: workflow.id }}
              leftSection={<IconListDetails aria-hidden size="1.1em" />}
            >
              Workflow in detail
            </LinkMenuItem>
          )}
          <LinkMenuItem to="/queues" search={{ device: deviceId }} leftSection={<IconStack2 aria-hidden size="1.1em" />}>
            Its queue
          </LinkMenuItem>
          <LinkMenuItem to="/logs" search={{ device: deviceId }} leftSection={<IconTableShortcut aria-hidden size="1.1em" />}>
            Its history
          </LinkMenuItem>
          {(device.mode === 'processing' || workflow) && <Menu.Divider />}
          {device.mode === 'processing' && (
            <Menu.Item leftSection={<IconTool aria-hidden size="1.1em" />} onClick={() => setAsking(true)}>
              Into maintenance…
            </Menu.Item>
          )}
          {workflow && (
            <Menu.Item leftSection={<IconX aria-hidden size="1.1em" />} onClick={() => onAction('cancel', workflow)}>
              Cancel the workflow…
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <ReasonDialog
        opened={asking}
        onClose={close}
        title={`${name} into maintenance`}
        text={
          holder
            ? 'What runs goes on to its end; nobody gets the device after it until it is back in service.'
            : 'Nobody gets the device until it is back in service.'
        }
        confirm="Into maintenance"
        required
        pending={change.isPending}
        onConfirm={(reason) => change.mutate({ deviceId, mode: 'maintenance', ...(reason ? { reason } : {}) })}
      />
    </>
  )
}
