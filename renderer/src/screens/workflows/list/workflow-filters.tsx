/** What the list is narrowed by: text, states with their counts, device, priority, way of running. */

import { Button, Group, Select, TextInput, UnstyledButton } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useCallback, useMemo, useRef } from 'react'
import type { Output } from '../../../../../shared/contract/contract.ts'
import type { DeviceWire } from '../../../../../shared/contract/devices.ts'
import { priorities } from '../../../../../shared/domain/queue.ts'
import { type WorkflowStatus, workflowStatuses } from '../../../../../shared/domain/workflow.ts'
import { useKeys } from '../../../app/keys.ts'
import { State, workflowLooks } from '../../../components/state.tsx'
import { useDebouncedText } from '../../../components/use-debounced-text.ts'
import { priorityWords } from '../../../components/words.ts'
import type { WorkflowSearch } from '../workflow-search.ts'
import styles from './workflow-filters.module.css'

type Props = {
  search: WorkflowSearch
  counts: Output<'workflows.counts'> | undefined
  devices: readonly DeviceWire[]
  onChange: (changed: Partial<WorkflowSearch>) => void
}

export function WorkflowFilters({ search, counts, devices, onChange }: Props) {
  const field = useRef<HTMLInputElement>(null)
  const [text, setText] = useDebouncedText(
    search.text,
    useCallback((wanted) => onChange({ text: wanted }), [onChange]),
  )
  useKeys(useMemo(() => ({ '/': () => field.current?.focus() }), []))

  function toggle(status: WorkflowStatus): void {
    const before = search.status ?? []
    const after = before.includes(status) ? before.filter((each) => each !== status) : [...before, status]
    onChange({ status: after.length > 0 ? after : undefined })
  }

  const { order, ...filters } = search
  const isFiltered = Object.values(filters).some((value) => value !== undefined)
  return (
    <>
      <Group gap="xs" role="search">
        <TextInput
          ref={field}
          className={styles.text}
          aria-label="Find workflows"
          placeholder="Name, id, operator or barcode   ( / )"
          leftSection={<IconSearch size="1rem" aria-hidden />}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Select
          className={styles.choice}
          aria-label="Device"
          placeholder="Any device"
          clearable
          searchable
          data={devices.map(({ id, name }) => ({ value: id, label: name }))}
          value={search.device ?? null}
          onChange={(device) => onChange({ device: device ?? undefined })}
        />
        <Select
          className={styles.choice}
          aria-label="Priority"
          placeholder="Any priority"
          clearable
          data={priorities.map((value) => ({ value, label: priorityWords[value] }))}
          value={search.priority ?? null}
          onChange={(priority) => onChange({ priority: priorities.find((each) => each === priority) })}
        />
        <Select
          className={styles.choice}
          aria-label="How its steps run"
          placeholder="How steps run"
          clearable
          data={[
            { value: 'auto', label: 'Automatic' },
            { value: 'manual', label: 'By hand' },
          ]}
          value={search.auto === undefined ? null : search.auto ? 'auto' : 'manual'}
          onChange={(how) => onChange({ auto: how === null ? undefined : how === 'auto' })}
        />
        <Button
          variant="subtle"
          disabled={!isFiltered}
          onClick={() => {
            // Also what is not in the address yet.
            setText('')
            onChange({ text: undefined, status: undefined, device: undefined, priority: undefined, auto: undefined })
          }}
        >
          Clear filters
        </Button>
      </Group>
      <Group gap={6} role="group" aria-label="States">
        {workflowStatuses.map((status) => (
          <UnstyledButton
            key={status}
            className={styles.status}
            aria-pressed={search.status?.includes(status) ?? false}
            onClick={() => toggle(status)}
          >
            <State look={workflowLooks[status]} />
            <span className={styles.count}>{counts ? counts[status].toLocaleString('en') : '–'}</span>
          </UnstyledButton>
        ))}
      </Group>
    </>
  )
}
