/** One device on the bench: how it stands, who has it and how far that is, who is next, and what a person can do about it. */

import { Card, Text, Title } from '@mantine/core'
import type { BenchDeviceWire } from '../../../../shared/contract/bench.ts'
import { conditionOf } from '../../components/device-condition.ts'
import { connectionLooks, modeLooks, State } from '../../components/state.tsx'
import { deviceTypeWords } from '../../components/words.ts'
import type { WorkflowActionsInUse } from '../../components/workflow-actions/use-workflow-actions.tsx'
import styles from './bench.module.css'
import { CurrentRun } from './current-run.tsx'
import { DeviceActions } from './device-actions.tsx'
import { DeviceMenu } from './device-menu.tsx'
import { QueuePreview } from './queue-preview.tsx'

type Props = { item: BenchDeviceWire; onAction: WorkflowActionsInUse['begin'] }

export function DeviceCard({ item, onAction }: Props) {
  const { device, holder, queue } = item
  const { look, needs } = conditionOf(item)
  const heading = `device-${device.id}`
  return (
    <Card component="article" withBorder className={styles.card} data-tone={look.tone} aria-labelledby={heading}>
      <header className={styles.head}>
        <Title order={2} id={heading} className={styles.name}>
          {device.name}
        </Title>
        <DeviceMenu item={item} onAction={onAction} />
        <Text component="p" size="sm" c="dimmed" className={styles.kind}>
          {deviceTypeWords[device.type]} · {device.id}
        </Text>
      </header>
      <div className={styles.states}>
        <span className={styles.status}>
          <State look={look} strong />
        </span>
        {look !== connectionLooks[device.connection] && <State look={connectionLooks[device.connection]} />}
        {look !== modeLooks[device.mode] && <State look={modeLooks[device.mode]} />}
      </div>
      {needs && (
        <Text component="p" className={styles.needs}>
          {needs}
        </Text>
      )}
      {!needs && device.mode === 'maintenance' && device.modeReason && <Text size="sm">{device.modeReason}</Text>}
      {!needs && device.connection === 'offline' && device.connectionReason && <Text size="sm">{device.connectionReason}</Text>}
      {holder && <CurrentRun holder={holder} />}
      <DeviceActions item={item} onAction={onAction} />
      <QueuePreview deviceId={device.id} queue={queue} />
    </Card>
  )
}
