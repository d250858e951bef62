/** What narrows the table of logs. Each is in the address, so that it can be bookmarked. */

import { Button, CloseButton, Group, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { type LogStatus, logStatuses } from '../../../../shared/domain/execution-log.ts'
import { useLab } from '../../api/lab.tsx'
import { logLooks } from '../../components/state.tsx'
import { TimeRangePicker } from '../../components/time-range.tsx'
import { type LogsSearch, longestWord } from './search.ts'

type Props = { search: LogsSearch; onChange: (changed: Partial<LogsSearch>, options?: { replace?: boolean }) => void }

/** After the last key, a search begins. Milliseconds. */
const typingPause = 400

export function LogFilters({ search, onChange }: Props) {
  const filters = useRef<HTMLDivElement>(null)
  const devices = useLab('devices.list', {})
  const choices = useLab('logs.choices', {})
  const deviceNames = new Map(devices.data?.map(({ id, name }) => [id, name]))
  const deviceIds = [...new Set([...deviceNames.keys(), ...(choices.data?.deviceIds ?? []), ...given(search.device)])]
  const operations = [...new Set([...(choices.data?.operations ?? []), ...given(search.operation)])]
  const { last, from, to, device, operation, status, workflow, text } = search
  const isNarrowed = [last, from, to, device, operation, status, workflow, text].some((value) => value !== undefined)

  return (
    <Group ref={filters} gap="xs" role="search" aria-label="Filters">
      <TimeRangePicker
        value={{ last, from, to }}
        everything="All time"
        onChange={(range) => onChange({ last: range.last, from: range.from, to: range.to })}
      />
      <Select
        size="sm"
        w="calc(10.5rem * var(--mantine-scale))"
        aria-label="Device"
        placeholder="Every device"
        clearable
        searchable
        value={device ?? null}
        onChange={(value) => onChange({ device: value ?? undefined })}
        data={deviceIds.map((id) => ({ value: id, label: deviceNames.get(id) ?? `${id} (no longer there)` }))}
      />
      <Select
        size="sm"
        w="calc(10rem * var(--mantine-scale))"
        aria-label="Operation"
        placeholder="Every operation"
        clearable
        searchable
        value={operation ?? null}
        onChange={(value) => onChange({ operation: value ?? undefined })}
        data={operations}
      />
      <Select
        size="sm"
        w="calc(8.75rem * var(--mantine-scale))"
        aria-label="Status"
        placeholder="Every status"
        clearable
        value={status ?? null}
        onChange={(value) => onChange({ status: (value as LogStatus | null) ?? undefined })} // one of `data`
        data={logStatuses.map((value) => ({ value, label: logLooks[value].word }))}
      />
      <TypedFilter
        label="Workflow"
        placeholder="Workflow id"
        value={workflow}
        onChange={(value) => onChange({ workflow: value }, { replace: true })}
      />
      <TypedFilter
        label="Text"
        placeholder="Text in the row"
        value={text}
        icon
        onChange={(value) => onChange({ text: value }, { replace: true })}
      />
      {isNarrowed && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            onChange({
              last: undefined,
              from: undefined,
              to: undefined,
              device: undefined,
              operation: undefined,
              status: undefined,
              workflow: undefined,
              text: undefined,
            })
            // This button goes.
            filters.current?.querySelector('button')?.focus()
          }}
        >
          Clear filters
        </Button>
      )}
      {text !== undefined && (
        <Text size="xs" c="dimmed">
          Text is looked for row by row in the chosen time: the shorter the time, the quicker.
        </Text>
      )}
    </Group>
  )
}

type TypedProps = {
  label: string
  placeholder: string
  value: string | undefined
  icon?: boolean
  onChange: (value: string | undefined) => void
}

function TypedFilter({ label, placeholder, value, icon = false, onChange }: TypedProps) {
  const [typed, setTyped] = useState(value ?? '')
  const field = useRef<HTMLInputElement>(null)
  const applied = useRef(value ?? '')
  // Set from elsewhere: a bookmark, a button.
  useEffect(() => {
    if ((value ?? '') === applied.current) return
    applied.current = value ?? ''
    setTyped(value ?? '')
  }, [value])
  const apply = useDebouncedCallback((text: string) => {
    applied.current = text.trim()
    onChange(text.trim() || undefined)
  }, typingPause)
  const change = (text: string) => {
    setTyped(text)
    apply(text)
  }
  const clear = () => {
    change('')
    field.current?.focus()
  }
  return (
    <TextInput
      ref={field}
      size="sm"
      maxLength={longestWord}
      w="calc(9.25rem * var(--mantine-scale))"
      aria-label={label}
      placeholder={placeholder}
      value={typed}
      leftSection={icon ? <IconSearch size="1rem" aria-hidden /> : undefined}
      rightSection={typed ? <CloseButton size="sm" aria-label={`Clear ${label.toLowerCase()}`} onClick={clear} /> : undefined}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

function given(value: string | undefined): string[] {
  return value === undefined ? [] : [value]
}
