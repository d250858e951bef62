/** Insights: how busy the lab was, how much it did, how long things waited and took, what failed, and how well it was foretold. */

import '@mantine/charts/styles.css'
import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useClient, useLab } from '../../api/lab.tsx'
import { type RecentStretch, recentStretches } from '../../components/local-time.ts'
import { tellRefusal } from '../../components/tell.tsx'
import { useClockDifference, useLabHour } from '../../components/time.tsx'
import { formatInstant } from '../../components/time-format.ts'
import { TimeRangePicker } from '../../components/time-range.tsx'
import { Unread } from '../../components/unread.tsx'
import { cutPeriod, passedOf } from './edges.ts'
import { FigureCard } from './figure-card.tsx'
import { accuracy, endedWorkflows, failures, queueWait, stepDurations, throughput, utilisation } from './figures.ts'
import styles from './insights.module.css'

const usual: RecentStretch = '30d'
const good = 'petrol.5'
const calm = 'gray.5'
const bad = 'red.7'
const percentiles = [
  { name: 'Median', color: good },
  { name: 'Nine in ten', color: 'yellow.8' },
]

export function InsightsScreen() {
  const search = useSearch({ from: '/insights' })
  const navigate = useNavigate({ from: '/insights' })
  const client = useClient()
  const ahead = useClockDifference()
  const hour = useLabHour()
  const { last, from, to } = search.last || search.from || search.to ? search : { last: usual, from: undefined, to: undefined }
  // biome-ignore lint/correctness/useExhaustiveDependencies: a period up to now moves on by the hour
  const cut = useMemo(() => {
    const now = Date.now() + ahead
    const end = to === undefined ? now : Date.parse(to)
    const begin = last ? now - recentStretches[last].length : from === undefined ? end - recentStretches[usual].length : Date.parse(from)
    return cutPeriod(Math.min(begin, end - 1), end)
  }, [last, from, to, hour])
  const { edges } = cut

  const devices = useLab('devices.list', {})
  const names = new Map(devices.data?.map(({ id, name }) => [id, name]))
  const activity = useLab('insights.activity', { edges }, { refetchInterval: ({ state }) => (state.data?.complete === false ? 1 : false) })
  const flow = useLab('insights.flow', { edges })
  const foretold = useLab('insights.accuracy', { from: edges[0] ?? '', to: edges.at(-1) ?? '' })

  const isNothing =
    activity.data?.complete && activity.data.operations.length === 0 && flow.data?.every(({ ended }) => Object.keys(ended).length === 0)
  function goToLatest(): void {
    client.call('logs.first', { filter: {}, order: 'newest', limit: 1 }).then(
      ([log]) => {
        if (!log) return
        const end = Date.parse(log.startedAt) + 1000
        void navigate({ search: { from: new Date(end - recentStretches[usual].length).toISOString(), to: new Date(end).toISOString() } })
      },
      (error: Error) => tellRefusal(error),
    )
  }

  const figures = {
    utilisation: activity.data && devices.data && utilisation(activity.data, names, passedOf(cut, activity.dataUpdatedAt + ahead)),
    throughput: activity.data && throughput(activity.data, cut),
    workflows: flow.data && endedWorkflows(flow.data, cut),
    waits: flow.data && queueWait(flow.data, cut),
    durations: activity.data && stepDurations(activity.data),
    failures: activity.data && failures(activity.data),
    accuracy: foretold.data && accuracy(foretold.data),
  }
  const failed = [devices, activity, flow, foretold].filter(({ error }) => error !== null)
  const failure = failed[0]?.error
  const readAgain = () => failed.forEach(({ refetch }) => void refetch())
  const period = [edges[0], edges.at(-1)].map((edge) => formatInstant(edge ?? '')).join(' – ')
  const each = cut.every === 1 ? cut.unit : `${cut.every} ${cut.unit}s`
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <Title order={1}>Insights</Title>
        <Group gap="xs">
          {isNothing && (
            <Button size="sm" variant="light" leftSection={<IconHistory size="1rem" aria-hidden />} onClick={goToLatest}>
              Last activity
            </Button>
          )}
          {activity.data?.complete === false && (
            <Text size="sm" c="dimmed" role="status">
              Summing up … {Math.floor(activity.data.counted * 100)} %
            </Text>
          )}
          <TimeRangePicker value={{ last, from, to }} onChange={(range) => void navigate({ search: range })} />
        </Group>
      </Group>
      {failure && <Unread title="The figures could not be read" error={failure} onRetry={readAgain} />}
      {isNothing && <Text>Nothing happened in this period. Choose another, or go to the last activity.</Text>}
      <div className={styles.cards}>
        <FigureCard
          period={period}
          isUnread={failed.length > 0}
          title="Utilisation"
          explanation="Share of the time in which an operation ran, by device"
          figure={figures.utilisation}
          isEmpty={figures.utilisation?.data.every(({ Busy }) => Busy === 0) ?? true}
          emptyWords="No operation ran in this period."
          chart={{
            series: [{ name: 'Busy', color: good }],
            ...named(' %'),
          }}
        />
        <FigureCard
          period={period}
          isUnread={failed.length > 0}
          title="Operations"
          explanation={`How many there were, by ${each}`}
          figure={figures.throughput}
          isEmpty={figures.throughput?.data.every((sum) => sum.Completed === 0 && sum['Not completed'] === 0) ?? true}
          emptyWords="No operation ran in this period."
          chart={{
            type: 'stacked',
            series: [
              { name: 'Completed', color: good },
              { name: 'Not completed', color: bad },
            ],
            withLegend: true,
            ...common,
          }}
        />
        <FigureCard
          period={period}
          isUnread={failed.length > 0}
          title="Workflows"
          explanation={`How many ended and how, by ${each}`}
          figure={figures.workflows}
          isEmpty={figures.workflows?.table.rows.every(([, ...counts]) => counts.every((count) => count === 0)) ?? true}
          emptyWords="No workflow ended in this period."
          chart={{
            type: 'stacked',
            series: [
              { name: 'Completed', color: good },
              { name: 'Failed', color: bad },
              { name: 'Cancelled', color: calm },
            ],
            withLegend: true,
            ...common,
          }}
        />
        <FigureCard
          period={period}
          isUnread={failed.length > 0}
          title="Waits"
          explanation={`Minutes from request to booking of those who had to queue, by ${each}`}
          figure={figures.waits}
          isEmpty={figures.waits?.table.rows.length === 0}
          emptyWords="Nobody had to wait in a queue in this period."
          chart={{
            series: percentiles,
            unit: ' min',
            withLegend: true,
            ...common,
          }}
        />
        <FigureCard
          period={period}
          isUnread={failed.length > 0}
          title="Step durations"
          explanation="Seconds that completed steps took, by operation"
          figure={figures.durations}
          isEmpty={figures.durations?.data.length === 0}
          emptyWords="No step was completed in this period."
          chart={{
            series: percentiles,
            withLegend: true,
            ...named(' s'),
          }}
        />
        <FigureCard
          period={period}
          isUnread={failed.length > 0}
          title="Failures"
          explanation="Share of the runs of an operation that did not complete"
          figure={figures.failures}
          isEmpty={figures.failures?.data.length === 0}
          emptyWords="Everything that ran in this period was completed."
          chart={{
            series: [{ name: 'Not completed', color: bad }],
            ...named(' %'),
          }}
        />
        <FigureCard
          period={period}
          isUnread={failed.length > 0}
          title="Estimates"
          explanation="Minutes by which foretold starts and ends were missed, on average"
          figure={figures.accuracy}
          isEmpty={figures.accuracy?.data.length === 0}
          emptyWords="Nothing that was foretold in this period has come yet."
          chart={{
            series: [{ name: 'Mean error', color: good }],
            ...named(' min'),
          }}
        />
      </div>
    </Stack>
  )
}

const common = {
  tickLine: 'y',
  gridAxis: 'x',
  tooltipAnimationDuration: 0,
  xAxisProps: { interval: 'preserveStartEnd', minTickGap: 12 },
  yAxisProps: { allowDecimals: false },
} as const

/** Bars beside names that are too long to stand under them. */
const named = (unit: string) =>
  ({
    orientation: 'vertical',
    tickLine: 'x',
    gridAxis: 'y',
    tooltipAnimationDuration: 0,
    maxBarWidth: 28,
    valueFormatter: (value: number) => `${value}${unit}`,
    yAxisProps: { width: 150, interval: 0, unit: '' },
  }) as const
