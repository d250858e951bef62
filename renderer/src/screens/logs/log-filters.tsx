/** What narrows the table of logs. Each is in the address, so that it can be bookmarked. */

import { Button, CloseButton, Group, Select, Text, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useCallback, useRef } from 'react'
import { type LogStatus, logStatuses } from '../../../../shared/domain/execution-log.ts'
import { useLab } from '../../api/lab.tsx'
import { logLooks } from '../../components/state.tsx'
import { TimeRangePicker } from '../../components/time-range.tsx'
import { useDebouncedText } from '../../components/use-debounced-text.ts'
import { type LogsSearch, longestWord } from './search.ts'

type Props = { search: LogsSearch; onChange: (changed: Partial<LogsSearch>, options?: { replace?: boolean }) => void }

/** After the last key, a search begins; it may look through many rows. Milliseconds. */
const typingPause = 400

export function LogFilters({ search, onChange }: Props) {
  const filters = useRef<HTMLDivElement>(null)
  const devices = useLab('devices.list', {})
  const choices = useLab('logs.choices', {})
  const deviceNames = new Map(devices.data?.map(({ id, name }) => [id, name]))
  const deviceIds = [...new Set([...deviceNames.keys(), ...(choices.data?.deviceIds ?? []), ...given(search.device)])]
  const operations = [...new Set([...(choices.data?.operations ?? []), ...given(search.operation)])]
  const { last, from, to, device, operation, status, workflow, text } = search
  const [typedWorkflow, typeWorkflow] = useDebouncedText(
    workflow,
    useCallback((wanted) => onChange({ workflow: wanted }, { replace: true }), [onChange]),
    typingPause,
  )
  const [typedText, typeText] = useDebouncedText(
    text,
    useCallback((wanted) => onChange({ text: wanted }, { replace: true }), [onChange]),
    typingPause,
  )
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
      <TypedFilter label="Workflow" placeholder="Workflow id" value={typedWorkflow} onChange={typeWorkflow} />
      <TypedFilter label="Text" placeholder="Text in the row" value={typedText} icon onChange={typeText} />
      {isNarrowed && (
        <Button
          size="compact-sm"
          variant="subtle"
          onClick={() => {
            // Also what is not in the address yet.
            typeWorkflow('')
            typeText('')
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
  value: string
  icon?: boolean
  onChange: (value: string) => void
}

function TypedFilter({ label, placeholder, value, icon = false, onChange }: TypedProps) {
  const field = useRef<HTMLInputElement>(null)
  const clear = () => {
    onChange('')
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
      value={value}
      leftSection={icon ? <IconSearch size="1rem" aria-hidden /> : undefined}
      rightSection={value ? <CloseButton size="sm" aria-label={`Clear ${label.toLowerCase()}`} onClick={clear} /> : undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function given(value: string | undefined): string[] {
  return value === undefined ? [] : [value]
}
