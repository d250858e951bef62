/** Which format a person says a plate has: the lab stores wells, not labware, so it is kept in this browser. */

import { create } from 'zustand'
import { persist } from 'zustand/middleware'
import { isOnPlate, likelyFormat, type PlateFormat, parseWell } from '../../../../shared/domain/plate.ts'

type Choices = {
  ofPlate: Readonly<Record<string, PlateFormat>>
  choose(plate: string, format: PlateFormat): void
}

const useChoices = create<Choices>()(
  persist(
    (set) => ({
      ofPlate: {},
      choose: (plate, format) => set(({ ofPlate }) => ({ ofPlate: { ...ofPlate, [plate]: format } })),
    }),
    { name: 'benchkeeper-plate-formats' },
  ),
)

/** What was chosen; else the smallest from 96 on that has all of its wells. */
export function usePlateFormat(plate: string, wells: readonly string[]): [PlateFormat, (format: PlateFormat) => void] {
  const choose = useChoices((state) => state.choose)
  const format = useChosenFormat(plate, wells) ?? likelyFormat(wells.map(parseWell))
  return [format, (next) => choose(plate, next)]
}

/** What was chosen; one that is too small for what sits on the plate does not count. */
export function useChosenFormat(plate: string, wells: readonly string[]): PlateFormat | undefined {
  const chosen = useChoices((state) => state.ofPlate[plate])
  return chosen && fits(chosen, wells.map(parseWell)) ? chosen : undefined
}

/** Whether a plate of this format has all of these wells. */
export function fits(format: PlateFormat, places: readonly { row: number; column: number }[]): boolean {
  return places.every((place) => isOnPlate(place, format))
}
