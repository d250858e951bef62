/** When a device is taken out of service by itself. */

import { Button, Group, NumberInput, Skeleton } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useCommand, useLab } from '../../api/lab.tsx'
import { tellDone } from '../../components/tell.tsx'
import { Unread } from '../../components/unread.tsx'
import { Section } from './section.tsx'

export function SafetyCard() {
  const settings = useLab('settings.get', {})
  return (
    <Section
      title="Devices that keep failing"
      about="A device on which so many different workflows fail in a row goes into maintenance, before it spoils the next. A completed operation counts from the start again."
    >
      {settings.data ? (
        <Form failures={settings.data.circuitBreakerFailures} />
      ) : settings.error ? (
        <Unread title="This setting could not be read" error={settings.error} onRetry={() => void settings.refetch()} />
      ) : (
        <Skeleton h="3.5rem" />
      )}
    </Section>
  )
}

function Form({ failures }: { failures: number }) {
  // Until somebody types here, what others store is shown.
  const [typed, setTyped] = useState<string | number | null>(null)
  const value = typed ?? failures
  const queries = useQueryClient()
  const change = useCommand('settings.change', {
    onSuccess: (settings) => {
      queries.setQueryData(['settings.get', {}], settings)
      setTyped(null)
      tellDone('Stored.')
    },
  })
  const valid = typeof value === 'number'
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (valid) change.mutate({ circuitBreakerFailures: value })
      }}
    >
      <Group align="flex-end">
        <NumberInput
          label="Failures in a row"
          description="0: never"
          min={0}
          max={100}
          allowDecimal={false}
          value={value}
          onChange={(next) => setTyped(next === failures ? null : next)}
          error={valid ? null : 'Give a whole number'}
          w="12rem"
        />
        <Button type="submit" variant="default" disabled={!valid || value === failures} loading={change.isPending}>
          Store
        </Button>
      </Group>
    </form>
  )
}
