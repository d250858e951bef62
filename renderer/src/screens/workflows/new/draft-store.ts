/** The workflow that is being written: it outlives a slip to another screen or a reload of the window. */

import { z } from 'zod'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import { copyOfStep, type Draft, type DraftStep, draft, emptyDraft, isEmpty, newStep } from './draft.ts'
import { withdrawOffers } from './offer-undo.ts'

/** What stays in the browser. One that another version of the program wrote may be anything. */
const kept = z.object({ draft, aside: draft.nullable() })

type DraftStore = {
  draft: Draft
  /** One that was put aside when another took its place; it stays when that one is created. */
  aside: Draft | null
  change(changed: Partial<Draft>): void
  /** Takes the place of what there is, which is put aside. */
  replace(draft: Draft): void
  /** Changes places with what there is. */
  bringBack(): void
  throwAsideAway(): void
  /** What was written is created. */
  clear(): void
  /** Those that are not there yet. */
  addBarcodes(barcodes: readonly string[]): void
  removeBarcodes(barcodes: ReadonlySet<string>): void
  addStep(): void
  changeStep(key: string, changed: Partial<DraftStep>): void
  duplicateStep(key: string): void
  removeStep(key: string): void
  /** There, or at the end when there are fewer by now. */
  insertStep(step: DraftStep, place: number): void
}

export const useDraft = create<DraftStore>()(
  persist(
    (set) => {
      const changeDraft = (make: (draft: Draft) => Partial<Draft>) => set(({ draft }) => ({ draft: { ...draft, ...make(draft) } }))
      return {
        draft: emptyDraft,
        aside: null,
        change: (changed) => changeDraft(() => changed),
        replace: (draft) => {
          withdrawOffers()
          set((before) => ({ draft, aside: isEmpty(before.draft) ? before.aside : before.draft }))
        },
        bringBack: () => {
          withdrawOffers()
          set(({ aside, draft }) => (aside ? { draft: aside, aside: isEmpty(draft) ? null : draft } : {}))
        },
        throwAsideAway: () => set({ aside: null }),
        clear: () => {
          withdrawOffers()
          set({ draft: emptyDraft })
        },
        addBarcodes: (barcodes) => changeDraft((draft) => ({ barcodes: [...new Set([...draft.barcodes, ...barcodes])] })),
        removeBarcodes: (barcodes) => changeDraft((draft) => ({ barcodes: draft.barcodes.filter((each) => !barcodes.has(each)) })),
        addStep: () => changeDraft(({ steps }) => ({ steps: [...steps, newStep()] })),
        changeStep: (key, changed) =>
          changeDraft(({ steps }) => ({ steps: steps.map((step) => (step.key === key ? { ...step, ...changed } : step)) })),
        duplicateStep: (key) =>
          changeDraft(({ steps }) => ({ steps: steps.flatMap((step) => (step.key === key ? [step, copyOfStep(step)] : [step])) })),
        removeStep: (key) => changeDraft(({ steps }) => ({ steps: steps.filter((step) => step.key !== key) })),
        insertStep: (step, place) => changeDraft(({ steps }) => ({ steps: [...steps.slice(0, place), step, ...steps.slice(place)] })),
      }
    },
    {
      name: 'benchkeeper-draft',
      storage: createJSONStorage(() => sessionStorage),
      partialize: ({ draft, aside }) => ({ draft, aside }),
      merge: (stored, current) => ({ ...current, ...kept.safeParse(stored).data }),
    },
  ),
)
