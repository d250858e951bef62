/** Logs beside what else happens: a log that is opened again is as it is now, choices grow, and the focus is never lost. */

import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { useCallback, useState } from 'react'
import { expect, it } from 'vitest'
import type { Client } from '../../../../renderer/src/api/client.ts'
import { newDevice, whenWorkflow } from '../../../../tests/components/scene.ts'
import { openScreenLab } from '../../../../tests/components/screen-lab.tsx'
import { LogFilters } from './log-filters.tsx'
import type { LogsSearch } from './search.ts'

const { show, showApp, otherPage } = openScreenLab({ demo: false, simSpeed: 1 })

/** A workflow whose first step runs until somebody cancels it. */
async function running(other: Client, operation: string) {
  const deviceId = await newDevice(other)
  const steps = [{ operation, parameters: { simulate: 'hang' } }]
  const { id } = await other.call('workflows.create', { name: operation, deviceId, steps })
  await other.call('workflows.start', { workflowId: id, auto: true })
  await whenWorkflow(other, id, 'running')
  const logs = () => other.call('logs.first', { filter: { workflowId: id }, order: 'newest', limit: 1 })
  await waitFor(async () => expect(await logs()).toHaveLength(1))
  const [log] = await logs()
  return { workflowId: id, deviceId, logId: log?.id ?? 0 }
}

function open(address: string): void {
  location.hash = address
  window.dispatchEvent(new PopStateEvent('popstate'))
}

it('a log that is opened again is shown as it ended meanwhile', async () => {
  const other = otherPage()
  const { workflowId, logId } = await running(other, 'incubate')
  showApp(`/logs?log=${logId}`)
  const panel = await screen.findByRole('region', { name: `Log ${logId}` })
  await within(panel).findByText('Running')
  open('/settings')
  await screen.findByRole('heading', { name: 'Settings' })
  await other.call('workflows.cancel', { workflowId, reason: 'enough' })
  await waitFor(async () => expect((await other.call('logs.get', { logId })).status).not.toBe('running'))
  open(`/logs?log=${logId}`)
  await within(await screen.findByRole('region', { name: `Log ${logId}` })).findByText('Aborted')
})

it('an operation that the lab did not know is offered when it has begun', async () => {
  const { user } = showApp('/logs')
  await user.click(await screen.findByRole('combobox', { name: 'Operation' }))
  await running(otherPage(), 'never_seen_before')
  await screen.findByRole('option', { name: 'never_seen_before', hidden: true })
})

it('the focus stays near what takes itself away', async () => {
  const { logId } = await running(otherPage(), 'incubate')
  const { user } = showApp(`/logs?log=${logId}`)
  const focused = () => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.tagName
  await user.click(await screen.findByRole('button', { name: 'Close the log' }))
  await waitFor(() => expect(focused()).toBe('Execution logs'))

  const text = screen.getByRole('textbox', { name: 'Text' })
  expect(text.getAttribute('maxlength')).toBe('200')
  await user.type(text, 'x')
  await user.click(await screen.findByRole('button', { name: 'Clear text' }))
  expect(focused()).toBe('Text')

  await user.type(text, 'nowhere')
  await user.click(await screen.findByRole('button', { name: 'Clear filters' }))
  await waitFor(() => expect(focused()).toBe('Time: All time'))
  await user.click(screen.getByRole('button', { name: 'Time: All time' }))
  await user.click(await screen.findByRole('button', { name: 'Last hour' }))
  await user.click(await screen.findByRole('button', { name: 'Back to: All time' }))
  await waitFor(() => expect(focused()).toBe('Time: All time'))
})

it('the last hour that is chosen again is counted from now', async () => {
  const { user, client } = showApp('/logs')
  const asked: string[] = []
  const { call } = client
  client.call = (method, input) => {
    if (method === 'logs.extent') asked.push(JSON.stringify(input))
    return call(method, input)
  }
  for (const name of ['Time: All time', 'Time: Last hour']) {
    await user.click(await screen.findByRole('button', { name }))
    await user.click(await screen.findByRole('button', { name: 'Last hour' }))
    await screen.findByRole('button', { name: 'Time: Last hour' })
  }
  // Once more when an hour begins meanwhile.
  await waitFor(() => expect(new Set(asked.filter((input) => input.includes('start'))).size).toBeGreaterThanOrEqual(2))
})

it('clearing the filters drops what was typed a moment before', async () => {
  const { user } = showApp('/logs?status=completed')
  const clear = await screen.findByRole('button', { name: 'Clear filters' })
  const [text, workflow] = ['Text', 'Workflow'].map((name) => screen.getByRole<HTMLInputElement>('textbox', { name }))
  if (!text || !workflow) throw new Error('both are there')
  fireEvent.change(text, { target: { value: 'nowhere' } })
  await user.click(clear)
  expect(text.value).toBe('')
  // What is typed later is used later: by then the other would be in the address.
  fireEvent.change(workflow, { target: { value: 'w-1' } })
  await waitFor(() => expect(location.hash).toBe('#/logs?workflow=w-1'))
  expect(text.value).toBe('')
})

it('what is typed on while the address changes stays', async () => {
  const asked: Partial<LogsSearch>[] = []
  let comesBack: (search: LogsSearch) => void = () => {}
  function Filters() {
    const [search, setSearch] = useState<LogsSearch>({})
    comesBack = (next) => act(() => setSearch(next))
    return <LogFilters search={search} onChange={useCallback((changed) => void asked.push(changed), [])} />
  }
  show(<Filters />)
  const text = await screen.findByRole<HTMLInputElement>('textbox', { name: 'Text' })
  for (const value of ['a', 'ab']) {
    fireEvent.change(text, { target: { value } })
    await waitFor(() => expect(asked.at(-1)).toEqual({ text: value }))
  }
  fireEvent.change(text, { target: { value: 'abc' } })
  comesBack({ text: 'a' })
  comesBack({ text: 'ab' })
  expect(text.value).toBe('abc')
  await waitFor(() => expect(asked.at(-1)).toEqual({ text: 'abc' }))
})
