/** States as icon, word and colour: never the colour alone. */

import {
  IconAlertTriangle,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleDot,
  IconClockPause,
  IconHourglass,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerTrackNext,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlugX,
  IconTool,
  type TablerIcon,
} from '@tabler/icons-react'
import type { DeviceConnection, DeviceMode } from '../../../shared/domain/device.ts'
import type { LogStatus } from '../../../shared/domain/execution-log.ts'
import type { StepStatus, WorkflowStatus } from '../../../shared/domain/workflow.ts'
import styles from './state.module.css'

/** What a colour means, the same on every screen. */
export type Tone = 'good' | 'active' | 'quiet' | 'held' | 'trouble' | 'service'
export type Look = { word: string; icon: TablerIcon; tone: Tone }

export const workflowLooks: Readonly<Record<WorkflowStatus, Look>> = {
  created: { word: 'Created', icon: IconCircleDashed, tone: 'quiet' },
  queued: { word: 'Queued', icon: IconHourglass, tone: 'held' },
  running: { word: 'Running', icon: IconPlayerPlayFilled, tone: 'active' },
  paused: { word: 'Paused', icon: IconPlayerPauseFilled, tone: 'held' },
  awaiting_recovery: { word: 'Awaiting recovery', icon: IconAlertTriangle, tone: 'trouble' },
  interrupted: { word: 'Interrupted', icon: IconPlugX, tone: 'trouble' },
  completed: { word: 'Completed', icon: IconCircleCheck, tone: 'good' },
  failed: { word: 'Failed', icon: IconAlertTriangle, tone: 'trouble' },
  cancelled: { word: 'Cancelled', icon: IconBan, tone: 'quiet' },
}

export const stepLooks: Readonly<Record<StepStatus, Look>> = {
  pending: { word: 'Pending', icon: IconCircleDashed, tone: 'quiet' },
  running: { word: 'Running', icon: IconPlayerPlayFilled, tone: 'active' },
  completed: { word: 'Completed', icon: IconCircleCheck, tone: 'good' },
  failed: { word: 'Failed', icon: IconAlertTriangle, tone: 'trouble' },
  skipped: { word: 'Skipped', icon: IconPlayerTrackNext, tone: 'quiet' },
  aborted: { word: 'Aborted', icon: IconBan, tone: 'trouble' },
  interrupted: { word: 'Interrupted', icon: IconPlugX, tone: 'trouble' },
}

export const logLooks: Readonly<Record<LogStatus, Look>> = {
  running: stepLooks.running,
  completed: stepLooks.completed,
  failed: stepLooks.failed,
  aborted: stepLooks.aborted,
  interrupted: stepLooks.interrupted,
}

export const connectionLooks: Readonly<Record<DeviceConnection, Look>> = {
  online: { word: 'Online', icon: IconPlugConnected, tone: 'good' },
  offline: { word: 'Offline', icon: IconPlugConnectedX, tone: 'trouble' },
}

export const modeLooks: Readonly<Record<DeviceMode, Look>> = {
  processing: { word: 'In service', icon: IconCircleDot, tone: 'quiet' },
  maintenance: { word: 'Maintenance', icon: IconTool, tone: 'service' },
}

export const freeLook: Look = { word: 'Free', icon: IconCircleCheck, tone: 'good' }
export const heldLook: Look = { word: 'Held', icon: IconClockPause, tone: 'active' }

/** In a line of text: the icon has the colour, the word the colour of the text. `strong`: a filled label that is seen from afar. */
export function State({ look: { word, icon: Icon, tone }, strong = false }: { look: Look; strong?: boolean }) {
  return (
    <span className={strong ? styles.strong : styles.plain} data-tone={tone}>
      <Icon className={styles.icon} aria-hidden />
      {word}
    </span>
  )
}
