/** The parameters with which a step is tried again: fields as its device describes them, and plain ones for what it does not describe. */

import { Stack } from '@mantine/core'
import { changedParameters, ParameterFields, parameterTexts } from './parameter-fields.tsx'
import { ParameterInputs } from './parameter-inputs.tsx'
import { type Parameter, parameterProblem } from './parameter-problem.ts'

type Values = Readonly<Record<string, unknown>>

/** `values`: of the parameters that are described; `texts`: of the others. */
export type RecoveryDraft = { values: Values; texts: Readonly<Record<string, string>> }
export type ParameterProblem = { field: string; message: string }

type Props = {
  described: readonly Parameter[]
  draft: RecoveryDraft
  problem: ParameterProblem | null
  onChange: (draft: RecoveryDraft) => void
}

export function RecoveryParameters({ described, draft, problem, onChange }: Props) {
  const texts = Object.fromEntries(Object.entries(draft.texts).filter(([name]) => !described.some((each) => each.name === name)))
  return (
    <Stack gap="xs">
      {described.length > 0 && (
        <ParameterInputs
          parameters={described}
          values={draft.values}
          problemOf={(name) => (problem?.field === name ? problem.message : undefined)}
          onChange={(name, value) => onChange({ ...draft, values: { ...draft.values, [name]: value } })}
        />
      )}
      {Object.keys(texts).length > 0 && (
        <ParameterFields
          texts={texts}
          problem={problem}
          onChange={(name, text) => onChange({ ...draft, texts: { ...draft.texts, [name]: text } })}
        />
      )}
    </Stack>
  )
}

export function draftOf(parameters: Values): RecoveryDraft {
  return { values: parameters, texts: parameterTexts(parameters) }
}

/** What the fields stand for; what is empty is left out. */
export function parametersOf(
  described: readonly Parameter[],
  before: Values,
  { values, texts }: RecoveryDraft,
): { parameters: Record<string, unknown> } | ParameterProblem {
  for (const parameter of described) {
    const message = parameterProblem(parameter, values[parameter.name])
    if (message) return { field: parameter.name, message }
  }
  const isDescribed = (name: string) => described.some((each) => each.name === name)
  const others = Object.fromEntries(Object.entries(texts).filter(([name]) => !isDescribed(name)))
  const changed = changedParameters(before, others)
  if ('field' in changed) return changed
  const given = Object.entries(values).filter(([name, value]) => isDescribed(name) && value !== undefined && value !== '')
  return { parameters: { ...changed.parameters, ...Object.fromEntries(given) } }
}
