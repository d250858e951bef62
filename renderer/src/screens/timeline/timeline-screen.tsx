/** Timeline: what each device did, does and will do, side by side. */

import { Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconCurrentLocation, IconHistory, IconZoomIn, IconZoomOut } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useClient, useLab } from '../../api/lab.tsx'
import { tellRefusal } from '../../components/tell.tsx'
import { useLabNow } from '../../components/time.tsx'
import { Unread } from '../../components/unread.tsx'
import { axisHeight, laneHeight } from './draw.ts'
import { ItemDetails, wordsOf } from './item-details.tsx'
import { type Item, lanesOf } from './lanes.ts'
import { around, moved, spanOf, type TimeWindow, zoomed } from './time-window.ts'
import styles from './timeline.module.css'
import { type Focus, TimelineCanvas } from './timeline-canvas.tsx'
import { useTimeline } from './use-timeline.ts'

const hour = 3_600_000
/** At first: some hours back, and what comes next. */
const usual = { back: 6 * hour, ahead: 2 * hour }

const spans = [
  { name: '1 hour', span: hour },
  { name: '8 hours', span: 8 * hour },
  { name: '1 day', span: 24 * hour },
  { name: '1 week', span: 7 * 24 * hour },
  { name: '1 month', span: 30 * 24 * hour },
] as const

export function TimelineScreen() {
  const now = useLabNow().getTime()
  const [window, setWindow] = useWindow(now)
  const devices = useLab('devices.list', {})
  const { tiles, future, counted, failure, isBusy, readAgain } = useTimeline(window, now)
  const lanes = useMemo(() => lanesOf(devices.data ?? [], tiles, future, now), [devices.data, tiles, future, now])
  const [focus, setFocus] = useState<Focus>()
  const [hovered, setHovered] = useState<Focus>()
  const client = useClient()
  const navigate = useNavigate()

  const find = (wanted: Focus | undefined) => {
    const lane = lanes.find(({ deviceId }) => deviceId === wanted?.deviceId)
    const item = lane && [...lane.runs, ...lane.steps].find(({ key }) => key === wanted?.key)
    return lane && { lane, item }
  }
  const focused = find(focus)
  const pointedAt = find(hovered)
  const shown = pointedAt?.item ? pointedAt : focused

  function open(item: Item): void {
    if (item.kind === 'cell') setWindow({ start: item.start, end: item.end })
    else if (item.workflowId !== undefined && item.workflowName != null) {
      void navigate({ to: '/workflows/$workflowId', params: { workflowId: item.workflowId } })
    } else if (item.workflowId !== undefined) void navigate({ to: '/logs', search: { workflow: item.workflowId } })
  }

  function goToLatest(): void {
    client.call('logs.first', { filter: {}, order: 'newest', limit: 1 }).then(
      ([log]) => log && setWindow(around(Date.parse(log.startedAt), spanOf(window))),
      (error: Error) => tellRefusal(error),
    )
  }

  const isEmpty = lanes.every(({ runs, steps }) => ![...runs, ...steps].some(({ start, end }) => start < window.end && end > window.start))
  const middle = (window.start + window.end) / 2
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={1}>Timeline</Title>
        <Group gap="xs">
          {spans.map(({ name, span }) => (
            <Button
              key={name}
              size="compact-sm"
              variant={Math.abs(spanOf(window) / span - 1) < 0.01 ? 'filled' : 'default'}
              onClick={() => setWindow(around(middle, span))}
            >
              {name}
            </Button>
          ))}
          <Button size="compact-sm" variant="default" aria-label="Zoom in" onClick={() => setWindow(zoomed(window, 0.5, middle))}>
            <IconZoomIn size="1.1rem" aria-hidden />
          </Button>
          <Button size="compact-sm" variant="default" aria-label="Zoom out" onClick={() => setWindow(zoomed(window, 2, middle))}>
            <IconZoomOut size="1.1rem" aria-hidden />
          </Button>
          <Button size="compact-sm" variant="default" leftSection={<IconHistory size="1rem" aria-hidden />} onClick={goToLatest}>
            Last activity
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconCurrentLocation size="1rem" aria-hidden />}
            onClick={() => setWindow(moved({ start: 0, end: spanOf(window) }, now - spanOf(window) * 0.75))}
          >
            Now
          </Button>
        </Group>
      </Group>
      {!devices.data && devices.error ? (
        <Unread title="The devices could not be read" error={devices.error} onRetry={() => void devices.refetch()} />
      ) : !devices.data ? (
        <Skeleton height="24rem" />
      ) : (
        <div className={styles.board}>
          <ul className={styles.names} style={{ paddingTop: axisHeight }}>
            {lanes.map(({ deviceId, name, unknownBecause }) => (
              <li key={deviceId} className={styles.name} style={{ height: laneHeight }}>
                <Text size="sm" fw={600} truncate title={name}>
                  {name}
                </Text>
                <Text size="xs" c="dimmed" truncate title={unknownBecause ?? undefined}>
                  {unknownBecause ?? deviceId}
                </Text>
              </li>
            ))}
          </ul>
          <TimelineCanvas
            lanes={lanes}
            window={window}
            now={now}
            focus={focus}
            focusWords={focused ? wordsOf(focused.lane, focused.item) : ''}
            isBusy={isBusy}
            onWindow={setWindow}
            onFocus={setFocus}
            onHover={setHovered}
            onOpen={open}
          />
        </div>
      )}
      <div className={styles.details}>
        {shown?.item ? (
          <ItemDetails lane={shown.lane} item={shown.item} onOpen={open} />
        ) : failure ? (
          <Unread title="The past could not be read" error={failure} onRetry={readAgain} />
        ) : counted < 1 ? (
          <Text c="dimmed">Summing up … {Math.floor(counted * 100)} %</Text>
        ) : isEmpty ? (
          <Text c="dimmed">Nothing happened here. “Last activity” goes to where something did; “Now” comes back.</Text>
        ) : (
          <Text c="dimmed">Point at a run or step, or go through them with the arrow keys. Drag moves, Ctrl with the wheel zooms.</Text>
        )}
      </div>
      <Legend />
    </Stack>
  )
}

function Legend() {
  const keys = [
    ['run', 'has the device', ''],
    ['good', 'step completed', ''],
    ['active', 'step runs', '▶'],
    ['bad', 'failed, aborted or interrupted', '✕'],
    ['foretold', 'foretold; dashed: with nine in ten', ''],
    ['cell', 'how busy, where there are too many steps to draw', ''],
  ] as const
  return (
    <section className={styles.legend} aria-label="Legend">
      {keys.map(([kind, words, glyph]) => (
        <span key={kind} className={styles.key}>
          <span className={styles.swatch} data-kind={kind} aria-hidden>
            {glyph}
          </span>
          {words}
        </span>
      ))}
    </section>
  )
}

/** After the last move, the address follows. Milliseconds. */
const settle = 300

/** The window of the address, else around now; moving it changes the address when it comes to rest. */
function useWindow(now: number): [TimeWindow, (window: TimeWindow) => void] {
  const { from, to } = useSearch({ from: '/timeline' })
  const navigate = useNavigate({ from: '/timeline' })
  const asked = from !== undefined && to !== undefined && to > from ? { start: Date.parse(from), end: Date.parse(to) } : undefined
  const [window, setWindow] = useState<TimeWindow>(asked ?? { start: now - usual.back, end: now + usual.ahead })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const change = useCallback(
    (changed: TimeWindow) => {
      setWindow(changed)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        const search = { from: new Date(changed.start).toISOString(), to: new Date(changed.end).toISOString() }
        void navigate({ search, replace: true })
      }, settle)
    },
    [navigate],
  )
  return [window, change]
}
