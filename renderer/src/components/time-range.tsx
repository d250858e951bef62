/** Choosing a stretch of time: one by name, or two ends that are typed. */

import { Button, Group, Popover, Stack, Text, TextInput } from '@mantine/core'
import { IconCalendar, IconX } from '@tabler/icons-react'
import { type FormEvent, useRef, useState } from 'react'
import { parseLocalTime, type RecentStretch, recentStretches, type TimeRange } from './local-time.ts'
import { formatInstant } from './time-format.ts'

type Props = {
  value: TimeRange
  onChange: (range: TimeRange) => void
  /** What it is called when nothing is chosen; without it something always is. */
  everything?: string
}

export function TimeRangePicker({ value, onChange, everything }: Props) {
  const [opened, setOpened] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const choose = (range: TimeRange) => {
    setOpened(false)
    onChange(range)
  }
  const goBack = () => {
    onChange({})
    // What was pressed goes.
    button.current?.focus()
  }
  const isEverything = !value.last && !value.from && !value.to
  return (
    <Group gap={4} wrap="nowrap">
      <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus shadow="md" width="20rem">
        <Popover.Target>
          <Button
            ref={button}
            size="sm"
            variant="default"
            fw={500}
            leftSection={<IconCalendar size="1rem" aria-hidden />}
            aria-label={`Time: ${rangeWords(value, everything)}`}
            aria-haspopup="dialog"
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            {rangeWords(value, everything)}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Time">
          <Stack gap="xs">
            <Group gap="xs">
              {everything && (
                <Button size="compact-sm" variant={isEverything ? 'filled' : 'light'} onClick={() => choose({})}>
                  {everything}
                </Button>
              )}
              {(Object.keys(recentStretches) as RecentStretch[]).map((last) => (
                <Button key={last} size="compact-sm" variant={value.last === last ? 'filled' : 'light'} onClick={() => choose({ last })}>
                  {recentStretches[last].name}
                </Button>
              ))}
            </Group>
            <TypedRange value={value} onChange={choose} />
          </Stack>
        </Popover.Dropdown>
      </Popover>
      {everything && !isEverything && (
        <Button size="compact-sm" variant="subtle" px={6} aria-label={`Back to: ${everything}`} onClick={goBack}>
          <IconX size="1rem" aria-hidden />
        </Button>
      )}
    </Group>
  )
}

function TypedRange({ value, onChange }: Pick<Props, 'value' | 'onChange'>) {
  const [from, setFrom] = useState(value.from ? formatInstant(value.from, { seconds: true }) : '')
  const [to, setTo] = useState(value.to ? formatInstant(value.to, { seconds: true }) : '')
  const [wrong, setWrong] = useState<{ from?: string; to?: string }>({})

  function apply(event: FormEvent): void {
    event.preventDefault()
    const start = parseLocalTime(from)
    const end = parseLocalTime(to)
    const problem = 'Such as 2025-01-15 10:00'
    if (from && !start) setWrong({ from: problem })
    else if (to && !end) setWrong({ to: problem })
    else if (start && end && end < start) setWrong({ to: 'It must not be before the beginning' })
    else onChange({ from: start?.toISOString(), to: end?.toISOString() })
  }

  return (
    <form onSubmit={apply}>
      <Stack gap="xs">
        <TextInput
          label="From"
          size="sm"
          placeholder="2025-01-15 10:00"
          value={from}
          error={wrong.from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          label="To"
          size="sm"
          placeholder="now"
          value={to}
          error={wrong.to}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
        <Group justify="space-between" wrap="nowrap">
          <Text size="xs" c="dimmed">
            Local time; an empty end is open.
          </Text>
          <Button type="submit" size="compact-sm">
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function rangeWords({ last, from, to }: TimeRange, everything = 'All time'): string {
  if (last) return recentStretches[last].name
  if (from && to) return `${formatInstant(from)} – ${formatInstant(to)}`
  if (from) return `Since ${formatInstant(from)}`
  return to ? `Until ${formatInstant(to)}` : everything
}
