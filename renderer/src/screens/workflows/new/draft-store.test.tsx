/** What is kept of a draft: through a reload, also of an old program; and of the one that was put aside. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyDraft, newStep } from './draft.ts'
import { useDraft } from './draft-store.ts'

const place = 'benchkeeper-draft'
const { replace, bringBack, clear, change } = useDraft.getState()
const named = (name: string) => ({ ...emptyDraft, name })

afterEach(() => {
  useDraft.setState(useDraft.getInitialState(), true)
  sessionStorage.clear()
})

describe('one that was put aside', () => {
  beforeEach(() => {
    replace(named('First'))
    replace(named('Copy'))
  })

  it('is still there when the other is created', () => {
    clear()
    expect(useDraft.getState()).toMatchObject({ draft: emptyDraft, aside: { name: 'First' } })
    bringBack()
    expect(useDraft.getState()).toMatchObject({ draft: { name: 'First' }, aside: null })
  })

  it('changes places with the other when it is brought back', () => {
    bringBack()
    expect(useDraft.getState()).toMatchObject({ draft: { name: 'First' }, aside: { name: 'Copy' } })
  })
})

describe('what is kept through a reload', () => {
  /** As the page finds it that is loaded then. */
  async function reload(kept?: string): Promise<void> {
    const text = kept ?? sessionStorage.getItem(place) ?? ''
    useDraft.setState(useDraft.getInitialState(), true)
    sessionStorage.setItem(place, text)
    await useDraft.persist.rehydrate()
  }

  it('is all that was written, and what was put aside', async () => {
    replace(named('Aside'))
    replace({ ...named('Written'), barcodes: ['S1'], steps: [{ ...newStep('mix'), timeoutSeconds: '1.', parameters: { cycles: 2 } }] })
    const { draft, aside } = useDraft.getState()
    await reload()
    expect(useDraft.getState()).toMatchObject({ draft, aside })
  })

  it.each([
    [
      'an old program’s, without what it did not know',
      JSON.stringify({ state: { draft: { name: 'Old', steps: [{ operation: 'mix' }] } } }),
    ],
    ['no draft at all', JSON.stringify({ state: null, version: 0 })],
    ['no JSON', '{"state":'],
  ])('is not taken when it is %s', async (_, kept) => {
    await reload(kept)
    expect(useDraft.getState()).toMatchObject({ draft: emptyDraft, aside: null })
    change({ name: 'New' })
    expect(sessionStorage.getItem(place)).toContain('"New"')
  })
})
