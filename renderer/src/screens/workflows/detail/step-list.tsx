/** The steps of a workflow in their order: how each stands, what it was told, how long it took, what went wrong. */

import { Alert, Badge, Button, Group, Progress, Text } from '@mantine/core'
import { IconDeviceDesktop, IconLock, IconPlayerPlay, IconRefresh, IconRepeat, IconStopwatch } from '@tabler/icons-react'
import type { DeviceWire } from '../../../../../shared/contract/devices.ts'
import type { StepWire, WorkflowWire } from '../../../../../shared/contract/workflows.ts'
import { useCommand, useLab } from '../../../api/lab.tsx'
import { State, stepLooks } from '../../../components/state.tsx'
import { Countdown, Elapsed, Instant } from '../../../components/time.tsx'
import { formatDuration } from '../../../components/time-format.ts'
import { operationWords, parameterWords } from '../../../components/words.ts'
import styles from './step-list.module.css'

export function StepList({ workflow }: { workflow: WorkflowWire }) {
  const devices = useLab('devices.list', {})
  const bench = useLab('bench.list', {})
  const running = bench.data?.find(({ holder }) => holder?.workflowId === workflow.id && holder.step?.status === 'running')?.holder?.step
  const run = useCommand('workflows.executeStep')
  const isByHand = workflow.status === 'running' && !workflow.auto && !workflow.steps.some((step) => step.status === 'running')

  if (workflow.steps.length === 0) return <Text c="dimmed">This workflow has no steps: it holds its device until it is completed.</Text>
  return (
    <ol className={styles.steps} aria-label="Steps">
      {workflow.steps.map((step) => (
        <li key={step.stepIndex} className={styles.step} data-status={step.status}>
          <Step step={step} devices={devices.data ?? []} progress={running?.stepIndex === step.stepIndex ? running.progress : null} />
          {isByHand && (
            <Button
              size="compact-sm"
              variant="default"
              mt={6}
              leftSection={step.attempts > 0 ? <IconRefresh size="1rem" aria-hidden /> : <IconPlayerPlay size="1rem" aria-hidden />}
              aria-label={`${step.attempts > 0 ? 'Run again' : 'Run'}: step ${step.stepIndex + 1}`}
              onClick={() => run.mutate({ workflowId: workflow.id, stepIndex: step.stepIndex })}
            >
              {step.attempts > 0 ? 'Run again' : 'Run this step'}
            </Button>
          )}
        </li>
      ))}
    </ol>
  )
}

function Step({ step, devices, progress }: { step: StepWire; devices: readonly DeviceWire[]; progress: number | null }) {
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <Text fw={600}>
          {step.stepIndex + 1}. {operationWords(step.operation)}
        </Text>
        <State look={stepLooks[step.status]} />
      </Group>
      <Parameters parameters={step.parameters} />
      <Group gap="xs" mt={4}>
        <Times step={step} />
        {step.attempts > 1 && <Badge variant="default">{step.attempts} attempts</Badge>}
        {step.deviceId && (
          <Badge variant="default" leftSection={<IconDeviceDesktop size="0.8rem" aria-hidden />}>
            on {devices.find(({ id }) => id === step.deviceId)?.name ?? step.deviceId}
          </Badge>
        )}
        {step.hold && (
          <Badge variant="default" leftSection={<IconLock size="0.8rem" aria-hidden />}>
            keeps the device
          </Badge>
        )}
        {step.retry && (
          <Badge variant="default" leftSection={<IconRepeat size="0.8rem" aria-hidden />}>
            {retryWords(step.retry)}
          </Badge>
        )}
        {step.timeoutSeconds !== null && (
          <Badge variant="default" leftSection={<IconStopwatch size="0.8rem" aria-hidden />}>
            at most {formatDuration(step.timeoutSeconds)}
          </Badge>
        )}
      </Group>
      {step.status === 'running' && (
        <Progress.Root mt="xs">
          <Progress.Section
            value={progress === null ? 100 : progress * 100}
            animated={progress === null}
            striped={progress === null}
            // One that nobody knows has no value to be told.
            withAria={progress !== null}
            role="progressbar"
            aria-label={`Progress of step ${step.stepIndex + 1}`}
          />
        </Progress.Root>
      )}
      {step.retryAt && step.status === 'pending' && (
        <Text size="sm" mt={4}>
          Tried again in <Countdown until={step.retryAt} past="a moment" />.
        </Text>
      )}
      {step.error && (
        <Alert mt="xs" color="red" variant="light" p="xs">
          {step.error}
          {step.errorCode && ` (${step.errorCode})`}
        </Alert>
      )}
      {step.note && (
        <Text size="sm" mt={4}>
          Note: {step.note}
        </Text>
      )}
    </>
  )
}

function Times({ step: { status, startedAt, completedAt } }: { step: StepWire }) {
  if (!startedAt) return null
  return (
    <Text size="sm" c="dimmed" className={styles.number}>
      <Instant at={startedAt} seconds />
      {status === 'running' && (
        <>
          {', for '}
          <Elapsed since={startedAt} />
        </>
      )}
      {completedAt && `, took ${formatDuration((Date.parse(completedAt) - Date.parse(startedAt)) / 1000)}`}
    </Text>
  )
}

function Parameters({ parameters }: { parameters: StepWire['parameters'] }) {
  const entries = Object.entries(parameters)
  if (entries.length === 0) return null
  return (
    <dl className={styles.parameters}>
      {entries.map(([key, value]) => {
        const { name, unit } = parameterWords(key)
        return (
          <div key={key}>
            <dt>{name}</dt>
            <dd>
              {typeof value === 'string' ? value : JSON.stringify(value)}
              {unit && ` ${unit}`}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

function retryWords({ max_attempts, backoff_seconds, on }: NonNullable<StepWire['retry']>): string {
  const pause = backoff_seconds > 0 ? `, ${formatDuration(backoff_seconds)} apart` : ''
  return `up to ${max_attempts} attempts${pause}${on && on.length > 0 ? `, on ${on.join(', ')}` : ''}`
}
