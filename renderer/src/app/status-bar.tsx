/** The line at the foot of every screen: is everything well, where does this lab answer, and what happened last. */

import {
  IconBroadcast,
  IconBroadcastOff,
  IconDatabase,
  IconDatabaseOff,
  IconDeviceDesktop,
  IconPlugConnected,
  IconPlugConnectedX,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import type { LabEventWire } from '../../../shared/contract/events.ts'
import type { Push } from '../../../shared/contract/messages.ts'
import type { Connection } from '../api/client.ts'
import { useConnection, useLab, usePush } from '../api/lab.tsx'
import { eventWords } from '../components/event-words.ts'
import { type Look, State } from '../components/state.tsx'
import { Instant } from '../components/time.tsx'
import styles from './frame.module.css'

export function StatusBar() {
  const connection = useConnection()
  const { data: status } = useLab('lab.status', {})
  return (
    <div className={styles.status}>
      <State look={databaseLook(connection, status?.database)} />
      {status && <State look={restLook(connection, status.urls)} />}
      <State look={eventsLook(connection)} />
      {status?.database === 'server' && <State look={{ word: `Station ${status.station}`, icon: IconDeviceDesktop, tone: 'quiet' }} />}
      <LastEvent />
      {status && <span>Benchkeeper {status.version}</span>}
    </div>
  )
}

function databaseLook(connection: Connection, kind: 'embedded' | 'server' | undefined): Look {
  const name = kind === 'server' ? 'Database on a server' : 'Database'
  if (connection === 'open') return { word: `${name}: open`, icon: IconDatabase, tone: 'good' }
  if (connection === 'no_database') return { word: `${name}: does not answer`, icon: IconDatabaseOff, tone: 'trouble' }
  const word = { connecting: 'connecting', lost: 'not known', starting: 'opening', stopping: 'closing' }[connection]
  return { word: `${name}: ${word}`, icon: IconDatabaseOff, tone: 'held' }
}

/** Its ports answer as long as the program lives; while the gate is closed they say so themselves. */
function restLook(connection: Connection, { device, workflow }: { device: string; workflow: string }): Look {
  const where = `REST: ${host(device)} and ${host(workflow)}`
  if (connection === 'open') return { word: where, icon: IconPlugConnected, tone: 'good' }
  return { word: connection === 'lost' ? 'REST: not known' : `${where}, waiting`, icon: IconPlugConnectedX, tone: 'held' }
}

function eventsLook(connection: Connection): Look {
  return connection === 'open'
    ? { word: 'Events: live', icon: IconBroadcast, tone: 'good' }
    : { word: 'Events: not live', icon: IconBroadcastOff, tone: 'held' }
}

const latest = ['events.list', { before: Number.MAX_SAFE_INTEGER, limit: 1 }] as const

function LastEvent() {
  const event = useLab(...latest).data?.[0]
  const queries = useQueryClient()
  // In the place of what was read, so that it goes when another database is read.
  usePush(useCallback((push: Push) => push.topic === 'event' && queries.setQueryData<LabEventWire[]>(latest, [push.event]), [queries]))
  if (!event) return <span className={styles.lastEvent} />
  const said = eventWords(event)
  const words = event.deviceId && !said.includes(event.deviceId) ? `${event.deviceId}: ${said}` : said
  return (
    <span className={styles.lastEvent} title={words}>
      <Instant at={event.at} seconds /> {words}
      {event.operator ? ` (${event.operator})` : ''}
    </span>
  )
}

function host(url: string): string {
  return new URL(url).host
}
