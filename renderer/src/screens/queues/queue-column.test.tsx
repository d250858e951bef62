/** A move in a queue: on the screen before the lab has answered, in the database afterwards, and taken back when the queue had changed. */

import { screen, waitFor, within } from '@testing-library/react'
import { expect, it } from 'vitest'
import { entryOf, queuedIds, queueOf } from '../../../../tests/components/scene.ts'
import { openScreenLab, type Screen } from '../../../../tests/components/screen-lab.tsx'

const { lab, showApp, otherPage } = openScreenLab({ demo: false })

/** A queue of three before somebody who has come to it. */
async function showQueue() {
  const other = otherPage()
  const deviceId = await queueOf(other, 'holder', 'first', 'second', 'third')
  const page = showApp(`/queues?device=${deviceId}`)
  const list = await screen.findByRole('list', { name: `Queue of ${deviceId}` })
  expect(shownIn(list)).toEqual(['first', 'second', 'third'])
  return { other, deviceId, list, page }
}

function shownIn(list: HTMLElement): (string | undefined)[] {
  return within(list)
    .getAllByRole('button', { name: /^Move / })
    .map((handle) => handle.getAttribute('aria-label')?.replace('Move ', ''))
}

/** By the keyboard alone: opens the menu of a row and goes down to the item. */
async function choose({ user }: Screen, list: HTMLElement, name: string, item: string): Promise<void> {
  within(list)
    .getByRole('button', { name: `More for ${name}` })
    .focus()
  await user.keyboard('{Enter}')
  // By its name: the menu of the row before may still be closing. Its keys are heard once it has the focus.
  const menu = await screen.findByRole('menu', { name: `More for ${name}` })
  await waitFor(() => expect(menu.contains(document.activeElement)).toBe(true))
  const wanted = within(menu).getByText(item)
  for (let presses = 0; !document.activeElement?.contains(wanted); presses += 1) {
    expect(presses, `the arrow keys come to "${item}"`).toBeLessThan(10)
    await user.keyboard('{ArrowDown}')
  }
  await user.keyboard('{Enter}')
}

async function storedIn(deviceId: string): Promise<string[]> {
  const { rows } = await lab().lab.database.pool.query<{ workflow_id: string }>(
    `select workflow_id from device_queue where device_id = $1 and status = 'waiting' order by priority, rank, id`,
    [deviceId],
  )
  return rows.map(({ workflow_id }) => workflow_id)
}

it('shows a move before the lab has answered, and the lab stores it', async () => {
  const { deviceId, list, page } = await showQueue()
  page.line.hold()
  await choose(page, list, 'third', 'Move to top')
  await waitFor(() => expect(shownIn(list)).toEqual(['third', 'first', 'second']))
  const column = screen.getByRole('region', { name: deviceId })
  expect(column.getAttribute('aria-busy')).toBe('true')

  page.line.letThrough()
  await waitFor(() => expect(column.getAttribute('aria-busy')).toBe('false'))
  expect(shownIn(list)).toEqual(['third', 'first', 'second'])
  expect(await storedIn(deviceId)).toEqual(['third', 'first', 'second'])
})

it('takes a second move before the first is answered, and the lab stores both', async () => {
  const { deviceId, list, page } = await showQueue()
  page.line.hold()
  await choose(page, list, 'third', 'Move up')
  await waitFor(() => expect(shownIn(list)).toEqual(['first', 'third', 'second']))
  await choose(page, list, 'first', 'Low')
  await waitFor(() => expect(shownIn(list)).toEqual(['third', 'second', 'first']))

  page.line.letThrough()
  await waitFor(async () => expect(await storedIn(deviceId)).toEqual(['third', 'second', 'first']))
  await waitFor(() => expect(screen.getByRole('region', { name: deviceId }).getAttribute('aria-busy')).toBe('false'))
  expect(shownIn(list)).toEqual(['third', 'second', 'first'])
  expect(screen.queryByText(/was not moved/)).toBeNull()
})

it('snaps back and says why when somebody else has changed the queue meanwhile', async () => {
  const { other, deviceId, list, page } = await showQueue()
  page.line.hold()
  await other.call('queue.move', {
    deviceId,
    entryId: await entryOf(other, deviceId, 'second'),
    target: { before: await entryOf(other, deviceId, 'first') },
  })
  await choose(page, list, 'third', 'Move to top')
  await waitFor(() => expect(shownIn(list)).toEqual(['third', 'first', 'second']))

  page.line.letThrough()
  const toast = await screen.findByRole('alert')
  expect(toast.textContent).toContain('third was not moved')
  expect(toast.textContent).toContain(`Somebody else has changed the queue of ${deviceId} meanwhile`)
  await waitFor(() => expect(shownIn(list)).toEqual(['second', 'first', 'third']))
  expect(await storedIn(deviceId)).toEqual(['second', 'first', 'third'])

  // Seen as it is, the queue takes the move.
  await choose(page, list, 'third', 'Move to top')
  await waitFor(async () => expect(await queuedIds(other, deviceId)).toEqual(['third', 'second', 'first']))
})
