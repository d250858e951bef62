/** One log as a whole, beside the table: its parameters, what came of it, and where it belongs. */

import { Alert, Anchor, Button, CloseButton, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCopy } from '@tabler/icons-react'
import type { LogDetailWire } from '../../../../shared/contract/logs.ts'
import { useLab } from '../../api/lab.tsx'
import { copyText } from '../../components/clipboard.ts'
import { logLooks, State } from '../../components/state.tsx'
import { tellDone, tellRefusal } from '../../components/tell.tsx'
import { formatDuration, formatInstant } from '../../components/time-format.ts'
import styles from './logs-screen.module.css'
import type { LogsSearch } from './search.ts'

type Props = { logId: number; onClose: () => void; onNarrow: (changed: Partial<LogsSearch>) => void }

export function LogDetailPanel({ logId, onClose, onNarrow }: Props) {
  const { data: log, error } = useLab('logs.get', { logId })
  return (
    <section
      className={styles.panel}
      aria-label={`Log ${logId}`}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose()
      }}
    >
      <Stack gap="md">
        <Group justify="space-between" wrap="nowrap">
          <Title order={2} size="h4">
            Log {logId}
          </Title>
          <CloseButton aria-label="Close the log" onClick={onClose} />
        </Group>
        {error && !log && (
          <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="This log cannot be shown">
            {error.message}
          </Alert>
        )}
        {!error && !log && <Skeleton height="16rem" />}
        {log && <Detail log={log} onNarrow={onNarrow} />}
      </Stack>
    </section>
  )
}

function Detail({ log, onNarrow }: { log: LogDetailWire; onNarrow: Props['onNarrow'] }) {
  return (
    <>
      <Group justify="space-between">
        <Text fw={650}>{log.operation}</Text>
        <State look={logLooks[log.status]} strong />
      </Group>
      {log.error !== null && (
        <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title={log.errorCode ? `Error ${log.errorCode}` : 'Error'}>
          {log.error}
        </Alert>
      )}
      <dl className={styles.facts}>
        <dt>Started</dt>
        <dd>{formatInstant(log.startedAt, { seconds: true })}</dd>
        {log.completedAt !== null && (
          <>
            <dt>Ended</dt>
            <dd>{formatInstant(log.completedAt, { seconds: true })}</dd>
          </>
        )}
        {log.durationMs !== null && (
          <>
            <dt>Took</dt>
            <dd>{formatDuration(log.durationMs / 1000)}</dd>
          </>
        )}
        <dt>Device</dt>
        <dd>{log.deviceId}</dd>
        <dt>Workflow</dt>
        <dd>
          {log.workflowName === null ? (
            log.workflowId
          ) : (
            <Anchor href={`#/workflows/${encodeURIComponent(log.workflowId)}`}>{log.workflowName}</Anchor>
          )}
        </dd>
        {log.stepIndex !== null && (
          <>
            <dt>Step</dt>
            <dd>{log.stepIndex + 1}</dd>
          </>
        )}
        {log.operator !== null && (
          <>
            <dt>Operator</dt>
            <dd>{log.operator}</dd>
          </>
        )}
        {log.speed !== 1 && (
          <>
            <dt>Speed</dt>
            <dd>{log.speed === 0 ? 'simulated, without waiting' : `simulated, ${log.speed} times`}</dd>
          </>
        )}
      </dl>
      <Json name="Parameters" value={log.parameters} />
      {log.result !== null && <Json name="Result" value={log.result} />}
      <Group gap="xs">
        <Button size="compact-sm" variant="light" onClick={() => onNarrow({ workflow: log.workflowId })}>
          Only this workflow
        </Button>
        <Button size="compact-sm" variant="light" onClick={() => onNarrow({ device: log.deviceId })}>
          Only this device
        </Button>
        <Button size="compact-sm" variant="light" onClick={() => onNarrow({ operation: log.operation })}>
          Only this operation
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconCopy size="1rem" aria-hidden />}
          onClick={() =>
            copyText(JSON.stringify(log, undefined, 2)).then(
              () => tellDone('The log was copied as JSON'),
              (error: Error) => tellRefusal(error, 'Nothing was copied'),
            )
          }
        >
          Copy
        </Button>
      </Group>
    </>
  )
}

function Json({ name, value }: { name: string; value: unknown }) {
  const text = JSON.stringify(value, undefined, 2)
  return (
    <div>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      {text === '{}' ? (
        <Text size="sm">none</Text>
      ) : (
        <Code block className={styles.json} tabIndex={0} aria-label={name}>
          {text}
        </Code>
      )}
    </div>
  )
}
