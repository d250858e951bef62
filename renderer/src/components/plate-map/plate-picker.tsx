/** Chooses a plate among those that samples name, however many there are. */

import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { useLabPages } from '../../api/pages.ts'

type Props = { label: string; value: string | null; onChange: (plate: string) => void; className?: string | undefined }

export function PlatePicker({ label, value, onChange, className }: Props) {
  const [typed, setTyped] = useState('')
  // What stands in the field when a plate has been chosen is not looked for.
  const [text] = useDebouncedValue(typed === value ? '' : typed.trim(), 150)
  const plates = useLabPages('samples.plates', text === '' ? {} : { text })
  const found = plates.rows.map(({ plate, samples }) => ({ value: plate, label: plate, samples }))
  const data = value === null || found.some((each) => each.value === value) ? found : [{ value, label: value, samples: 0 }, ...found]
  return (
    <Select
      className={className}
      label={label}
      placeholder="Choose a plate"
      searchable
      allowDeselect={false}
      maxDropdownHeight="20rem"
      nothingFoundMessage="No plate of this name has a sample"
      data={data}
      // The lab has looked already.
      filter={({ options }) => options}
      value={value}
      onSearchChange={setTyped}
      onChange={(plate) => plate !== null && onChange(plate)}
    />
  )
}
