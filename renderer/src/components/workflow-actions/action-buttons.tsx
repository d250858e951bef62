/** The commands that a workflow's state allows: as buttons, or as a menu on its line. */

import { ActionIcon, Button, Group, Menu } from '@mantine/core'
import {
  IconBan,
  IconChecks,
  IconDots,
  IconFirstAidKit,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconStackPop,
  IconTrash,
  type TablerIcon,
} from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ActionableWorkflow } from './actionable.ts'
import { allowedActions, type WorkflowAction } from './allowed-actions.ts'

type Face = { label: string; icon: TablerIcon; danger?: boolean }

const faces: Readonly<Record<WorkflowAction, Face>> = {
  start: { label: 'Start', icon: IconPlayerPlay },
  run_step: { label: 'Run next step', icon: IconPlayerSkipForward },
  recover: { label: 'Recover', icon: IconFirstAidKit },
  resume: { label: 'Resume', icon: IconPlayerPlay },
  keep_running: { label: 'Do not pause', icon: IconPlayerTrackNext },
  pause: { label: 'Pause', icon: IconPlayerPause },
  complete: { label: 'Complete', icon: IconChecks },
  leave_queue: { label: 'Leave the queue', icon: IconStackPop },
  cancel: { label: 'Cancel', icon: IconBan, danger: true },
  delete: { label: 'Delete', icon: IconTrash, danger: true },
}

/** What takes the workflow further stands out, as completing it does when no step is left. */
const goesOn: ReadonlySet<WorkflowAction> = new Set(['start', 'run_step', 'recover', 'resume'])

type Props = {
  workflow: ActionableWorkflow
  onAction: (action: WorkflowAction, workflow: ActionableWorkflow) => void
}

/** The first is the one most likely wanted; those that end the workflow come last. */
export function ActionButtons({ workflow, onAction, children }: Props & { /** More buttons. */ children?: ReactNode }) {
  return (
    <Group gap="xs" role="group" aria-label="What can be done">
      {allowedActions(workflow).map((action) => (
        <ActionButton key={action} action={action} workflow={workflow} onAction={onAction} />
      ))}
      {children}
    </Group>
  )
}

export function ActionButton({ action, workflow, onAction }: Props & { action: WorkflowAction }) {
  const { label, icon: Icon, danger } = faces[action]
  const isNext = goesOn.has(action) || (action === 'complete' && workflow.stepsLeft === 0)
  return (
    <Button
      variant={isNext ? 'filled' : 'default'}
      c={danger ? 'var(--mantine-color-error)' : undefined}
      leftSection={<Icon size="1.1rem" aria-hidden />}
      onClick={() => onAction(action, workflow)}
    >
      {label}
    </Button>
  )
}

/** @param children further items */
export function ActionMenu({ workflow, onAction, children, tabIndex = 0 }: Props & { children?: ReactNode; tabIndex?: number }) {
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Actions of ${workflow.name}`}
          tabIndex={tabIndex}
          onClick={(event) => event.stopPropagation()}
        >
          <IconDots size="1.1rem" aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown onClick={(event) => event.stopPropagation()}>
        {allowedActions(workflow).map((action) => {
          const { label, icon: Icon, danger } = faces[action]
          return (
            <Menu.Item
              key={action}
              c={danger ? 'var(--mantine-color-error)' : undefined}
              leftSection={<Icon size="1rem" aria-hidden />}
              onClick={() => onAction(action, workflow)}
            >
              {label}
            </Menu.Item>
          )
        })}
        {children}
      </Menu.Dropdown>
    </Menu>
  )
}
