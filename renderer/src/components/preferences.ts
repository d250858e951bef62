/** Who is at the screen, and how the screen is set up: UI state that stays in this browser. */

import { create } from 'zustand'
import { persist } from 'zustand/middleware'

export type Density = 'desk' | 'bench'

type Preferences = {
  operator: string
  /** `bench`: larger type, legible from two metres. */
  density: Density
  /** Whether keys without Ctrl are heard. */
  keys: boolean
  setOperator(name: string): void
  setDensity(density: Density): void
  setKeys(on: boolean): void
}

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      operator: '',
      density: 'desk',
      keys: true,
      setOperator: (operator) => set({ operator }),
      setDensity: (density) => set({ density }),
      setKeys: (keys) => set({ keys }),
    }),
    { name: 'benchkeeper-preferences' },
  ),
)

/** Null when nobody has said a name. */
export function currentOperator(): string | null {
  return usePreferences.getState().operator.trim() || null
}
