/** The parameters of a step as its device describes them, each in a field of its kind. */

import { NumberInput, Select, SimpleGrid, TextInput } from '@mantine/core'
import type { Parameter } from './parameter-problem.ts'

type Props = {
  parameters: readonly Parameter[]
  values: Readonly<Record<string, unknown>>
  problemOf: (name: string) => string | undefined
  /** `undefined`: the step is without it. */
  onChange: (name: string, value: unknown) => void
}

export function ParameterInputs({ parameters, values, problemOf, onChange }: Props) {
  return (
    <SimpleGrid cols={{ base: 2, lg: 3 }} spacing="sm" verticalSpacing="xs" mt="xs">
      {parameters.map((parameter) => (
        <ParameterInput
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name]}
          problem={problemOf(parameter.name)}
          onChange={(value) => onChange(parameter.name, value)}
        />
      ))}
    </SimpleGrid>
  )
}

type InputProps = { parameter: Parameter; value: unknown; problem: string | undefined; onChange: (value: unknown) => void }

function ParameterInput({ parameter, value, problem, onChange }: InputProps) {
  const { title, type, required, unit, choices, description } = parameter
  const common = {
    label: unit ? `${title} (${unit})` : title,
    description: description ?? rangeWords(parameter),
    withAsterisk: required,
    // Below the field, so that fields side by side stand in line whatever is said of them.
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    error: problem,
    placeholder: parameter.default === undefined ? '' : `Usually ${parameter.default}`,
  }
  if (type === 'boolean') {
    const text = value === true ? 'yes' : value === false ? 'no' : null
    return (
      <Select
        {...common}
        clearable
        data={[
          { value: 'yes', label: 'Yes' },
          { value: 'no', label: 'No' },
        ]}
        value={text}
        onChange={(choice) => onChange(choice === null ? undefined : choice === 'yes')}
      />
    )
  }
  if (choices) {
    return (
      <Select
        {...common}
        // To be left out by keyboard as well, which cannot reach the cross of a clearable field.
        data={required ? [...choices] : [...choices, { value: '', label: 'Not given' }]}
        value={typeof value === 'string' ? value : null}
        onChange={(choice) => onChange(choice || undefined)}
      />
    )
  }
  if (type === 'string') {
    return (
      <TextInput
        {...common}
        value={typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value)}
        onChange={(event) => onChange(event.currentTarget.value || undefined)}
      />
    )
  }
  return (
    <NumberInput
      {...common}
      hideControls
      // Out of range is told, not changed under the hand.
      clampBehavior="none"
      allowDecimal={type === 'number'}
      value={typeof value === 'number' || typeof value === 'string' ? value : ''}
      onChange={(number) => onChange(number === '' ? undefined : number)}
    />
  )
}

function rangeWords({ minimum, maximum, type }: Parameter): string | undefined {
  const what = type === 'integer' ? 'whole number, ' : ''
  if (minimum !== undefined && maximum !== undefined) return `${what}${minimum} to ${maximum}`
  if (minimum !== undefined) return `${what}${minimum} or more`
  if (maximum !== undefined) return `${what}${maximum} at most`
  return undefined
}
