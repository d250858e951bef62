/** A person's word on a step that failed or was cut off: retry, retry with changes, skip, mark done, give up. */

import { Alert, Button, Group, Modal, Radio, Skeleton, Stack, Text, Textarea } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { type SubmitEvent, useState } from 'react'
import type { StepWire, WorkflowWire } from '../../../shared/contract/workflows.ts'
import type { RecoveryAction } from '../../../shared/domain/workflow.ts'
import { stepToRecover } from '../../../shared/domain/workflow.ts'
import { useCommand, useLab } from '../api/lab.tsx'
import { draftOf, type ParameterProblem, parametersOf, RecoveryParameters } from './recovery-parameters.tsx'
import { tellDone } from './tell.tsx'
import { operationWords } from './words.ts'

type Choice = 'retry' | 'retry_changed' | 'skip' | 'mark_done' | 'abort'

const choices: readonly { choice: Choice; label: string; description: string }[] = [
  { choice: 'retry', label: 'Retry', description: 'Run the step again as it is.' },
  { choice: 'retry_changed', label: 'Retry with changed parameters', description: 'Run it again with other values.' },
  { choice: 'skip', label: 'Skip', description: 'Leave it out and go on with the next step.' },
  { choice: 'mark_done', label: 'Mark done', description: 'It was done by hand, or its result is good. Say how you know.' },
  { choice: 'abort', label: 'Give up', description: 'The workflow has failed; its device goes to the next in the queue.' },
]

const done: Readonly<Record<Choice, string>> = {
  retry: 'is tried again',
  retry_changed: 'is tried again with the changed parameters',
  skip: 'goes on without the step',
  mark_done: 'goes on; the step counts as done',
  abort: 'has been given up',
}

export function RecoverDialog({ workflowId, opened, onClose }: { workflowId: string; opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Recover" size="lg" yOffset="2dvh" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Recovery workflowId={workflowId} onClose={onClose} />
    </Modal>
  )
}

function Recovery({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const { data: workflow, error } = useLab('workflows.get', { workflowId })
  if (error)
    return (
      <Alert color="red" title="It could not be read">
        {error.message}
      </Alert>
    )
  if (!workflow) return <Skeleton height="18rem" />
  const step = stepToRecover(workflow.steps)
  // What was chosen and written for one step, or for one attempt at it, is not meant for another.
  return <RecoveryForm key={`${step?.stepIndex} ${step?.attempts}`} workflow={workflow} step={step} onClose={onClose} />
}

type FormProps = { workflow: WorkflowWire; step: StepWire | undefined; onClose: () => void }

function RecoveryForm({ workflow, step, onClose }: FormProps) {
  const [choice, setChoice] = useState<Choice>('retry')
  const [reason, setReason] = useState('')
  const [draft, setDraft] = useState(() => draftOf(step?.parameters ?? {}))
  const [problem, setProblem] = useState<ParameterProblem | null>(null)
  // A device that cannot be asked describes nothing: its parameters are plain fields then.
  const operations = useLab('devices.operations', { deviceId: step?.deviceId ?? workflow.deviceId }, { retry: false })
  const described = operations.data?.find(({ operation }) => operation === step?.operation)?.parameters ?? []
  const recover = useCommand('workflows.recover', {
    onSuccess: () => {
      tellDone(`"${workflow.name}" ${done[choice]}.`)
      onClose()
    },
  })
  const hasParameters = described.length > 0 || Object.keys(step?.parameters ?? {}).length > 0

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    if (choice === 'mark_done' && reason.trim() === '') {
      setProblem({ field: 'reason', message: 'Say how you know that it is done; it is kept with the history.' })
      return
    }
    const changed = choice === 'retry_changed' && step ? parametersOf(described, step.parameters, draft) : undefined
    if (changed && 'field' in changed) {
      setProblem(changed)
      return
    }
    const action: RecoveryAction = choice === 'retry_changed' ? 'retry' : choice
    recover.mutate({
      workflowId: workflow.id,
      action,
      ...(step ? { seen: { stepIndex: step.stepIndex, attempts: step.attempts } } : {}),
      ...(changed ? { parameters: changed.parameters } : {}),
      ...(reason.trim() ? { reason: reason.trim() } : {}),
    })
  }

  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm">
        {step && (
          <Alert
            color="red"
            p="sm"
            icon={<IconAlertTriangle aria-hidden />}
            title={`Step ${step.stepIndex + 1}: ${operationWords(step.operation)}`}
          >
            <Text size="sm">{step.error ?? `It was ${step.status} before it ended. Look at the device, then decide.`}</Text>
          </Alert>
        )}
        <Radio.Group label={`What shall become of "${workflow.name}"?`} value={choice} onChange={(value) => setChoice(value as Choice)}>
          <Stack gap={6} mt={6}>
            {choices
              .filter(({ choice: each }) => each !== 'retry_changed' || hasParameters)
              .map(({ choice: each, label, description }) => (
                <Radio key={each} value={each} label={label} description={description} />
              ))}
          </Stack>
        </Radio.Group>
        {choice === 'retry_changed' && (
          <RecoveryParameters
            described={described}
            draft={draft}
            problem={problem}
            onChange={(changed) => {
              setDraft(changed)
              setProblem(null)
            }}
          />
        )}
        <Textarea
          label={choice === 'mark_done' ? 'Note' : 'Note (may stay empty)'}
          withAsterisk={choice === 'mark_done'}
          autosize
          minRows={1}
          maxLength={500}
          value={reason}
          error={problem?.field === 'reason' ? problem.message : null}
          onChange={(event) => {
            setReason(event.currentTarget.value)
            setProblem(null)
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Decide later
          </Button>
          <Button type="submit" color={choice === 'abort' ? 'red.8' : undefined} loading={recover.isPending}>
            {choices.find((each) => each.choice === choice)?.label}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
