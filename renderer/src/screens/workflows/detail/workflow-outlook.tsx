/** What comes next for a workflow: its place in the queue and when its turn comes, or how long it still runs; and why. */

import { Alert, Group, List, Progress, Stack, Text } from '@mantine/core'
import { IconClockHour4, IconHourglass, IconUserExclamation } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { BenchDeviceWire, HolderWire, QueueEntryWire } from '../../../../../shared/contract/bench.ts'
import type { WorkflowWire } from '../../../../../shared/contract/workflows.ts'
import { useLab } from '../../../api/lab.tsx'
import { Countdown, Instant } from '../../../components/time.tsx'
import { priorityWords } from '../../../components/words.ts'

export function WorkflowOutlook({ workflow }: { workflow: WorkflowWire }) {
  const { data: bench } = useLab('bench.list', {})
  const waiting =
    bench?.flatMap((item) => item.queue.map((entry) => ({ item, entry }))).filter(({ entry }) => entry.workflowId === workflow.id) ?? []
  const held = bench?.filter(({ holder }) => holder?.workflowId === workflow.id) ?? []
  return (
    <>
      {waiting.map(({ item, entry }) => (
        <Waits key={entry.id} device={item.device} entry={entry} />
      ))}
      {held.map(({ device, holder }) => holder && <Runs key={device.id} device={device} holder={holder} workflow={workflow} />)}
    </>
  )
}

type Device = BenchDeviceWire['device']

function Waits({ device, entry }: { device: Device; entry: QueueEntryWire }) {
  const { expectedStartAt, expectedStartP90At, expectedEndAt, expectedEndP90At } = entry
  return (
    <Panel
      icon={<IconHourglass aria-hidden />}
      title={`Place ${entry.position} in the queue of ${device.name}, ${priorityWords[entry.priority].toLowerCase()} priority`}
    >
      <Text size="sm">
        {entry.stepIndex !== null && `For step ${entry.stepIndex + 1}. `}
        {expectedStartAt && expectedStartP90At ? (
          <>
            Its turn is expected at <Instant at={expectedStartAt} seconds /> (in <Countdown until={expectedStartAt} past="a moment" />
            ), by <Instant at={expectedStartP90At} seconds /> in nine of ten cases.
          </>
        ) : (
          'When its turn comes is not known yet.'
        )}
      </Text>
      {expectedEndAt && expectedEndP90At && (
        <Text size="sm">
          {entry.stepIndex === null ? 'Its end' : 'The end of that step'} is expected at <Instant at={expectedEndAt} seconds />, by{' '}
          <Instant at={expectedEndP90At} seconds /> in nine of ten cases.
        </Text>
      )}
      {entry.reasons.length > 0 && (
        <List size="sm">
          {entry.reasons.map((reason) => (
            <List.Item key={reason}>{reason}</List.Item>
          ))}
        </List>
      )}
    </Panel>
  )
}

function Runs({ device, holder, workflow }: { device: Device; holder: HolderWire; workflow: WorkflowWire }) {
  const { step, expectedEndAt, expectedEndP90At, stalled } = holder
  const needsPerson = workflow.status === 'awaiting_recovery' || workflow.status === 'interrupted'
  const icon = needsPerson ? <IconUserExclamation aria-hidden /> : <IconClockHour4 aria-hidden />
  return (
    <Panel icon={icon} title={`Holds ${device.name}`} trouble={needsPerson}>
      <Text size="sm">
        {(stalled && `${stalled}.`) ??
          (expectedEndAt && expectedEndP90At && workflow.status === 'running' ? (
            <>
              Its end is expected at <Instant at={expectedEndAt} seconds /> (in <Countdown until={expectedEndAt} past="a moment" />
              ), by <Instant at={expectedEndP90At} seconds /> in nine of ten cases.
            </>
          ) : (
            'When it ends is not known yet.'
          ))}
      </Text>
      {step?.status === 'running' && step.progress !== null && (
        <Group gap="sm" wrap="nowrap">
          <Progress value={step.progress * 100} flex={1} aria-label={`Progress of ${step.operation}`} />
          <Text size="sm" w="3rem" ta="right">
            {Math.round(step.progress * 100)} %
          </Text>
        </Group>
      )}
    </Panel>
  )
}

function Panel({ icon, title, trouble = false, children }: { icon: ReactNode; title: string; trouble?: boolean; children: ReactNode }) {
  return (
    <Alert variant="light" color={trouble ? 'red' : 'petrol'} icon={icon} title={title}>
      <Stack gap={6}>{children}</Stack>
    </Alert>
  )
}
