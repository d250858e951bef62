/** The name of a workflow, how it stands, and what can be done with it. */

import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconCopy, IconDownload } from '@tabler/icons-react'
import type { WorkflowWire } from '../../../../../shared/contract/workflows.ts'
import { LinkAnchor, LinkButton } from '../../../components/link.tsx'
import { fileNameOf, saveFile } from '../../../components/save-file.ts'
import { State, workflowLooks } from '../../../components/state.tsx'
import { ActionButtons } from '../../../components/workflow-actions/action-buttons.tsx'
import { type ActionableWorkflow, actionableWhole } from '../../../components/workflow-actions/actionable.ts'
import type { WorkflowAction } from '../../../components/workflow-actions/allowed-actions.ts'
import { workflowFile } from '../workflow-file.ts'

type Props = { workflow: WorkflowWire; onAction: (action: WorkflowAction, workflow: ActionableWorkflow) => void }

export function WorkflowHeader({ workflow, onAction }: Props) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        <LinkAnchor to="/workflows" inherit underline="always">
          Workflows
        </LinkAnchor>{' '}
        / {workflow.name}
      </Text>
      <Group gap="md" align="center">
        <Title order={1}>{workflow.name}</Title>
        <State strong look={workflowLooks[workflow.status]} />
        {workflow.pauseRequested && <Text c="dimmed">pauses when its running step has ended</Text>}
      </Group>
      <ActionButtons workflow={actionableWhole(workflow)} onAction={onAction}>
        <LinkButton
          variant="default"
          to="/workflows/new"
          search={{ from: workflow.id }}
          leftSection={<IconCopy size="1.1rem" aria-hidden />}
        >
          Duplicate
        </LinkButton>
        <Button
          variant="default"
          leftSection={<IconDownload size="1.1rem" aria-hidden />}
          onClick={() => saveFile(`${fileNameOf(workflow.name)}.workflow.json`, 'application/json', workflowFile(workflow))}
        >
          Export
        </Button>
      </ActionButtons>
      {/* Where a step failed, its error stands there. */}
      {workflow.error && workflow.steps.every((step) => step.error !== workflow.error) && (
        <Text c="var(--mantine-color-error)" role="status">
          {workflow.error}
        </Text>
      )}
    </Stack>
  )
}
