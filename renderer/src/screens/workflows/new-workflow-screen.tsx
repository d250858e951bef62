/** A new workflow: written here, from nothing, from an old one or from a file; kept until it is created. */

import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import { useClient } from '../../api/lab.tsx'
import { LinkAnchor } from '../../components/link.tsx'
import { tellDone, tellRefusal } from '../../components/tell.tsx'
import { BasicsSection } from './new/basics-section.tsx'
import { draftOfWorkflow, isEmpty, newWorkflowOf } from './new/draft.ts'
import { isMissing, problemsOf } from './new/draft-problems.ts'
import { useDraft } from './new/draft-store.ts'
import { useWorkflowFile } from './new/file-buttons.tsx'
import { SamplesSection } from './new/samples-section.tsx'
import { StepsSection } from './new/steps-section.tsx'
import { useKnown } from './new/use-known.ts'
import styles from './workflows.module.css'

const route = getRouteApi('/workflows/new')

export function NewWorkflowScreen() {
  const { draft, aside, change, bringBack, throwAsideAway, clear } = useDraft()
  const { from } = route.useSearch()
  const navigate = route.useNavigate()
  const client = useClient()
  const known = useKnown(draft)
  const file = useWorkflowFile()
  const [wantsToGoOn, setWantsToGoOn] = useState(false)
  const [isCreating, setIsCreating] = useState(false)

  // Once: what is written from then on is not overwritten by going back and forth.
  useEffect(() => {
    if (from === undefined) return
    client
      .call('workflows.get', { workflowId: from })
      .then((workflow) => useDraft.getState().replace(draftOfWorkflow(workflow)))
      .catch(tellRefusal)
      .finally(() => void navigate({ search: {}, replace: true }))
  }, [from, client, navigate])

  const problems = problemsOf(draft, known)
  const problemOf = (field: string) => {
    const message = problems.get(field)
    return message && (wantsToGoOn || !isMissing(message)) ? message : undefined
  }

  async function create(): Promise<void> {
    setWantsToGoOn(true)
    // Samples that have not been looked up yet are looked at by the lab, which refuses with a word.
    if (problems.size > 0) return
    setIsCreating(true)
    try {
      const { id, name } = await client.call('workflows.create', newWorkflowOf(draft))
      clear()
      void navigate({ to: '/workflows/$workflowId', params: { workflowId: id } })
      if (draft.start === 'later') return tellDone(`"${name}" is created. Start it when you want.`)
      const { outcome } = await client.call('workflows.start', {
        workflowId: id,
        auto: draft.how === 'auto',
        onBusy: 'queue',
        priority: draft.priority,
      })
      tellDone(outcome === 'running' ? `"${name}" is created and runs.` : `"${name}" is created and waits in the queue.`)
    } catch (error) {
      tellRefusal(error instanceof Error ? error : new Error(String(error)))
    } finally {
      setIsCreating(false)
    }
  }

  return (
    // No form: Enter in a field, which readers send as well, would create it, and so would what is submitted in a dialog of a section.
    <div className={styles.form}>
      <Stack gap="md">
        <Text size="sm">
          <LinkAnchor to="/workflows" inherit underline="always">
            Workflows
          </LinkAnchor>{' '}
          / New
        </Text>
        <Group justify="space-between">
          <Title order={1}>New workflow</Title>
          <Group gap="xs">
            {file.button}
            <Button
              variant="default"
              disabled={isEmpty(draft)}
              onClick={() => useDraft.getState().replace({ ...draft, name: '', deviceId: '', barcodes: [], steps: [] })}
            >
              Begin anew
            </Button>
          </Group>
        </Group>
        {file.alert}
        {aside && (
          <Alert color="petrol" title="A draft was put aside">
            <Group>
              <Text size="sm">{aside.name ? `"${aside.name}"` : 'What you had written'} is kept.</Text>
              <Button size="compact-sm" variant="default" onClick={bringBack}>
                Bring it back
              </Button>
              <Button size="compact-sm" variant="subtle" onClick={throwAsideAway}>
                Throw it away
              </Button>
            </Group>
          </Alert>
        )}
        <Section title="What and where">
          <BasicsSection draft={draft} devices={known.devices} problemOf={problemOf} onChange={change} />
        </Section>
        <Section title="Samples">
          <SamplesSection barcodes={draft.barcodes} unknown={known.unknownBarcodes} problem={problemOf('barcodes')} />
        </Section>
        <Section title="Steps">
          <StepsSection draft={draft} known={known} problemOf={problemOf} />
        </Section>
        <Paper withBorder p="sm" className={styles.bar}>
          {/* The button at the left, where no toast lies over it. */}
          <Group>
            <Button loading={isCreating} onClick={() => void create()}>
              {draft.start === 'now' ? 'Create and start' : 'Create'}
            </Button>
            <Text size="sm" role="status">
              {wantsToGoOn && problems.size > 0
                ? `${problems.size === 1 ? 'One thing is' : `${problems.size} things are`} to be set right above.`
                : summary(draft.steps.length, draft.barcodes.length)}
            </Text>
          </Group>
        </Paper>
      </Stack>
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

function summary(steps: number, samples: number): string {
  return `${steps} step${steps === 1 ? '' : 's'}, ${samples} sample${samples === 1 ? '' : 's'}`
}
