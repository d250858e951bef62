/** Looks for samples by what stands in them and adds those that are chosen; Enter takes the barcode that was typed, or what was found first. */

import { Combobox, Group, Text, TextInput, useCombobox } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconCheck, IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useState } from 'react'
import { useLab } from '../../../api/lab.tsx'
import { useTake } from '../../../components/barcode/use-take.ts'

const shown = 20

type Props = {
  chosen: ReadonlySet<string>
  onToggle: (barcode: string) => void
  /**
   * Takes this barcode; in place of one that the lab does not have, the one that was found.
   * @returns what is wrong with it; null when it was taken
   */
  onTake: (barcode: string, found: string | undefined) => Promise<string | null>
}

export function SampleFinder({ chosen, onToggle, onTake }: Props) {
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  const [typed, setTyped] = useState('')
  const [text, setText] = useState('')
  const look = useDebouncedCallback(setText, 150)
  const { take, problem, forget } = useTake()
  const found = useLab('samples.list', { text, limit: shown }, { enabled: text !== '', placeholderData: (before) => before })
  const rows = text === '' ? [] : (found.data?.rows ?? [])

  function onKeyDown(event: KeyboardEvent): void {
    const barcode = typed.trim()
    if (event.key !== 'Enter' || barcode === '') return
    // The one that was gone to with the arrow keys.
    if (combobox.dropdownOpened && combobox.getSelectedOptionIndex() !== -1) return
    // A reader is quicker than the list: then nothing counts but the code, never what was found for the beginning of it.
    const isFound = text === barcode && !found.isPlaceholderData
    look.cancel()
    setTyped('')
    setText('')
    void take(() => onTake(barcode, isFound ? rows[0]?.barcode : undefined))
  }

  return (
    <Combobox store={combobox} onOptionSubmit={onToggle}>
      <Combobox.Target>
        <TextInput
          label="Find samples"
          placeholder="Barcode, name, type or plate"
          leftSection={<IconSearch size="1rem" aria-hidden />}
          value={typed}
          maxLength={200}
          error={problem}
          errorProps={{ role: 'alert' }}
          onKeyDown={onKeyDown}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            look(event.currentTarget.value.trim())
            forget()
            combobox.openDropdown()
            combobox.resetSelectedOption()
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
