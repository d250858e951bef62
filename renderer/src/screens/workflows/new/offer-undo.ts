/** Offers to undo what was removed from a draft, until another draft takes its place. */

import { tellUndoable } from '../../../components/tell.tsx'

const offers = new Set<() => void>()

export function offerUndo(message: string, undo: () => void): void {
  offers.add(tellUndoable(message, undo))
}

export function withdrawOffers(): void {
  for (const withdraw of offers) withdraw()
  offers.clear()
}
