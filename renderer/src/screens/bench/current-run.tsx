/** Who has the device, which step runs, how far it is and how long it will still take. */

import { Anchor, Progress, Text } from '@mantine/core'
import type { HolderWire } from '../../../../shared/contract/bench.ts'
import { useLab } from '../../api/lab.tsx'
import { Countdown, Elapsed, Instant, useLabNow } from '../../components/time.tsx'
import { operationWords } from '../../components/words.ts'
import styles from './bench.module.css'
import { runFraction, stepFraction } from './run-progress.ts'

export function CurrentRun({ holder }: { holder: HolderWire }) {
  const { workflowId, workflowName, status, operator, bookedAt } = holder
  const known = status !== null
  return (
    <div className={styles.run}>
      <Text component="p" className={styles.runName} title={workflowName ?? workflowId}>
        {known ? (
          <Anchor href={`#/workflows/${workflowId}`} inherit>
            {workflowName ?? workflowId}
          </Anchor>
        ) : (
          workflowId
        )}
      </Text>
      <Text component="p" size="sm" c="dimmed">
        {operator ? `${operator} · ` : ''}
        {known ? '' : 'booked by a script · '}since <Instant at={bookedAt} />
      </Text>
      <StepLine holder={holder} />
      <RunBar holder={holder} />
      <TimeLeft holder={holder} />
    </div>
  )
}

function StepLine({ holder: { step, elsewhere, stepsDone, stepCount, status, auto, pauseRequested } }: { holder: HolderWire }) {
  // What a person is needed for says which step it is.
  if (status === 'awaiting_recovery' || status === 'interrupted') return null
  if (!step && elsewhere) {
    return (
      <Text component="p" className={styles.step}>
        Step {elsewhere.stepIndex + 1} of {stepCount}: <strong>{operationWords(elsewhere.operation)}</strong>{' '}
        {elsewhere.waits ? 'waits for' : 'on'} <DeviceName deviceId={elsewhere.deviceId} />
        {pauseRequested && !elsewhere.waits ? ' · pauses after this step' : ''}
      </Text>
    )
  }
  if (!step) {
    const what = stepCount === 0 ? 'No steps are known' : `${stepsDone} of ${stepCount} steps done`
    const waits = status === 'running' && !auto && stepsDone < stepCount ? '; the next is started by hand' : ''
    return <Text component="p">{what + waits}</Text>
  }
  const place = step.stepIndex === null ? '' : stepCount > 0 ? `Step ${step.stepIndex + 1} of ${stepCount}: ` : ''
  return (
    <Text component="p" className={styles.step}>
      {place}
      <strong>{operationWords(step.operation)}</strong>
      {step.status === 'running' ? '' : ` (${step.status})`}
      {pauseRequested ? ' · pauses after this step' : ''}
    </Text>
  )
}

function DeviceName({ deviceId }: { deviceId: string }) {
  const { data: bench } = useLab('bench.list', {})
  return bench?.find(({ device }) => device.id === deviceId)?.device.name ?? deviceId
}

function RunBar({ holder }: { holder: HolderWire }) {
  const now = useLabNow()
  const fraction = runFraction(holder, now) ?? (holder.step ? stepFraction(holder.step, now) : null)
  if (fraction === null) return null
  const percent = Math.round(fraction * 100)
  return (
    <div className={styles.bar}>
      <Progress.Root size="xl" radius="sm" flex={1}>
        <Progress.Section value={percent} aria-label="Done" className={styles.fill} />
      </Progress.Root>
      <Text span className={styles.percent}>
        {percent} %
      </Text>
    </div>
  )
}

function TimeLeft({ holder }: { holder: HolderWire }) {
  const { expectedEndAt, expectedEndP90At, stalled, step, elsewhere, bookedAt, stepsDone, stepCount, status, auto } = holder
  const now = useLabNow().getTime()
  // With no step left, it ends when a person completes it.
  const isForPerson = status === 'running' && !auto && !step && !elsewhere && stepsDone === stepCount
  if (stalled && elsewhere?.waits) {
    return (
      <Text component="p" size="sm" c="dimmed">
        {stalled}.
      </Text>
    )
  }
  if (stalled || isForPerson) return null
  if (!expectedEndAt || !expectedEndP90At) {
    return (
      <Text component="p" size="sm" c="dimmed">
        How long is not known; it has taken <Elapsed since={step?.startedAt ?? bookedAt} />
      </Text>
    )
  }
  // As a countdown rounds.
  const isOver = (at: string) => Date.parse(at) - now < 500
  if (isOver(expectedEndAt)) {
    return (
      <Text component="p" className={styles.left}>
        <strong className={styles.leftNumber}>Any moment</strong>
        {!isOver(expectedEndP90At) && (
          <>
            , or up to <Countdown until={expectedEndP90At} /> more
          </>
        )}
      </Text>
    )
  }
  return (
    <Text component="p" className={styles.left}>
      <strong className={styles.leftNumber}>
        <Countdown until={expectedEndAt} />
      </strong>{' '}
      left, up to <Countdown until={expectedEndP90At} />
    </Text>
  )
}
