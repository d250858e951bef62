/** Looks for samples by what stands in them and adds those that are chosen. */

import { Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconCheck, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import { useLab } from '../../../api/lab.tsx'

const shown = 20

type Props = { chosen: ReadonlySet<string>; onToggle: (barcode: string) => void }

export function SampleFinder({ chosen, onToggle }: Props) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState('')
  const [text] = useDebouncedValue(typed.trim(), 150)
  const found = useLab('samples.list', { text, limit: shown }, { enabled: text !== '', placeholderData: (before) => before })
  const rows = text === '' ? [] : (found.data?.rows ?? [])
  return (
    <Combobox store={combobox} onOptionSubmit={onToggle}>
      <Combobox.Target>
        <TextInput
          label="Find samples"
          placeholder="Barcode, name, type or plate"
          leftSection={<IconSearch size="1rem" aria-hidden />}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            combobox.openDropdown()
          }}
          onFocus={() => combobox.openDropdown()}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={text === ''}>
        <Combobox.Options mah="20rem" style={{ overflowY: 'auto' }}>
          {rows.map(({ barcode, name, type, location }) => (
            <Combobox.Option key={barcode} value={barcode} active={chosen.has(barcode)}>
              <Group gap="sm" wrap="nowrap">
                {chosen.has(barcode) ? <IconCheck size="1rem" aria-label="chosen" /> : <span style={{ width: '1rem' }} />}
                <Text size="sm" fw={600}>
                  {barcode}
                </Text>
                <Text size="sm" c="dimmed" truncate>
                  {[name, type, location && `${location.plate} ${location.well}`].filter((part) => part).join(' · ')}
                </Text>
              </Group>
            </Combobox.Option>
          ))}
          {rows.length === 0 && <Combobox.Empty>{found.isFetching ? 'Looking …' : 'No sample has this in it'}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  )
}
