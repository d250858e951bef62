/** One workflow whole: how it stands, what is expected, its steps, samples, logs and history, and every command its state allows. */

import { Alert, Grid, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core'
import { IconHistory, IconListNumbers, IconTableShortcut } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { LabError } from '../../api/client.ts'
import { useLab } from '../../api/lab.tsx'
import { LinkButton } from '../../components/link.tsx'
import { useWorkflowActions } from '../../components/workflow-actions/use-workflow-actions.tsx'
import { StepList } from './detail/step-list.tsx'
import { WorkflowFacts } from './detail/workflow-facts.tsx'
import { WorkflowHeader } from './detail/workflow-header.tsx'
import { WorkflowHistory } from './detail/workflow-history.tsx'
import { WorkflowLogs } from './detail/workflow-logs.tsx'
import { WorkflowOutlook } from './detail/workflow-outlook.tsx'
import { WorkflowSamples } from './detail/workflow-samples.tsx'

const route = getRouteApi('/workflows/$workflowId')

export function WorkflowScreen() {
  const { workflowId } = route.useParams()
  const navigate = route.useNavigate()
  const { data: workflow, error } = useLab('workflows.get', { workflowId })
  const actions = useWorkflowActions(() => void navigate({ to: '/workflows' }))

  // One that another page has deleted is still in the cache.
  if (error && (!workflow || isGone(error))) return <NotThere error={error} />
  if (!workflow) return <Loading />
  return (
    <Stack gap="md">
      <WorkflowHeader workflow={workflow} onAction={actions.begin} />
      <WorkflowOutlook workflow={workflow} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Tabs defaultValue="steps" keepMounted={false}>
            <Tabs.List>
              <Tabs.Tab value="steps" leftSection={<IconListNumbers size="1rem" aria-hidden />}>
                Steps
              </Tabs.Tab>
              <Tabs.Tab value="logs" leftSection={<IconTableShortcut size="1rem" aria-hidden />}>
                Logs
              </Tabs.Tab>
              <Tabs.Tab value="history" leftSection={<IconHistory size="1rem" aria-hidden />}>
                History
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="steps" pt="md">
              <StepList workflow={workflow} />
            </Tabs.Panel>
            <Tabs.Panel value="logs" pt="md">
              <WorkflowLogs workflowId={workflow.id} />
            </Tabs.Panel>
            <Tabs.Panel value="history" pt="md">
              <WorkflowHistory workflowId={workflow.id} />
            </Tabs.Panel>
          </Tabs>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Stack>
            <WorkflowFacts workflow={workflow} />
            <WorkflowSamples barcodes={workflow.sampleBarcodes} />
          </Stack>
        </Grid.Col>
      </Grid>
      {actions.dialogs}
    </Stack>
  )
}

function isGone(error: Error): boolean {
  return error instanceof LabError && error.code === 'workflow_not_found'
}

function NotThere({ error }: { error: Error }) {
  const gone = isGone(error)
  return (
    <Stack align="flex-start">
      <Title order={1}>{gone ? 'There is no such workflow' : 'The workflow could not be read'}</Title>
      {gone ? <Text>It may have been deleted. Its logs and its history are kept.</Text> : <Alert color="red">{error.message}</Alert>}
      <LinkButton to="/workflows">All workflows</LinkButton>
    </Stack>
  )
}

function Loading() {
  return (
    <Stack gap="md">
      <Title order={1}>Workflow</Title>
      <Skeleton height="2.5rem" />
      <Skeleton height="5rem" />
      <Skeleton height="20rem" />
    </Stack>
  )
}
