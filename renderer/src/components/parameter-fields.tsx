/** The parameters that a step has, to be changed as text: numbers stay numbers, lists and objects are JSON. */

import { SimpleGrid, TextInput } from '@mantine/core'

type Values = Readonly<Record<string, unknown>>

type Props = {
  texts: Readonly<Record<string, string>>
  problem: { field: string; message: string } | null
  onChange: (name: string, text: string) => void
}

export function ParameterFields({ texts, problem, onChange }: Props) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
      {Object.entries(texts).map(([name, text]) => (
        <TextInput
          key={name}
          label={name.replaceAll('_', ' ')}
          description="Empty: without it"
          value={text}
          error={problem?.field === name ? problem.message : null}
          onChange={(event) => onChange(name, event.currentTarget.value)}
        />
      ))}
    </SimpleGrid>
  )
}

/** How each value stands in its field. */
export function parameterTexts(parameters: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

/** The values that the fields stand for, each of the type that it had; what is empty is left out. */
export function changedParameters(
  before: Values,
  texts: Readonly<Record<string, string>>,
): { parameters: Record<string, unknown> } | { field: string; message: string } {
  const parameters: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(texts)) {
    if (text.trim() === '') continue
    const value = typeof before[name] === 'string' ? text : parsed(text)
    if (value === undefined || typeof value !== typeof before[name]) return { field: name, message: wanted(before[name]) }
    parameters[name] = value
  }
  return { parameters }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.trim())
  } catch {
    return undefined
  }
}

function wanted(value: unknown): string {
  if (typeof value === 'number') return 'It must be a number, such as 12.5'
  if (typeof value === 'boolean') return 'It must be true or false'
  return 'It must be JSON, as it was'
}
