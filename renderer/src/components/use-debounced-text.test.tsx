/** A field whose text is used a moment later, before somebody who goes on typing while it is used. */

import { act, renderHook, waitFor } from '@testing-library/react'
import { expect, it } from 'vitest'
import { useDebouncedText } from './use-debounced-text.ts'

/** A field with what it was told to use; its value comes back when the test says so. */
function field() {
  const used: (string | undefined)[] = []
  const use = (text: string | undefined) => void used.push(text)
  const hook = renderHook(({ value }) => useDebouncedText(value, use), { initialProps: { value: undefined as string | undefined } })
  return {
    used,
    text: () => hook.result.current[0],
    type: (text: string) => act(() => hook.result.current[1](text)),
    comesBack: (value: string | undefined) => hook.rerender({ value }),
    whenUsed: (text: string | undefined) => waitFor(() => expect(used.at(-1)).toBe(text)),
  }
}

it('keeps what was typed while an earlier text was on its way back', async () => {
  const { used, text, type, comesBack, whenUsed } = field()
  type('a')
  await whenUsed('a')
  type('ab')
  comesBack('a')
  expect(text()).toBe('ab')
  await whenUsed('ab')
  type('abc')
  await whenUsed('abc')
  comesBack('ab')
  expect(text()).toBe('abc')
  comesBack('abc')
  expect(text()).toBe('abc')
  expect(used).toEqual(['a', 'ab', 'abc'])
})

it('takes back a letter that is on its way', async () => {
  const { text, type, comesBack, whenUsed } = field()
  type('a')
  await whenUsed('a')
  type('')
  await whenUsed(undefined)
  comesBack('a')
  comesBack(undefined)
  expect(text()).toBe('')
})

it('follows when it is changed from elsewhere', async () => {
  const { text, type, comesBack, whenUsed } = field()
  type('plate ')
  await whenUsed('plate')
  comesBack('plate')
  expect(text()).toBe('plate ')
  comesBack('another')
  expect(text()).toBe('another')
  comesBack(undefined)
  expect(text()).toBe('')
})
