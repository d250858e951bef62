/** Tells a barcode reader from a person at the keyboard: it types a whole code in one burst and ends it with Enter. */

/** Between two characters of a burst, milliseconds; people are slower. */
const longestGap = 50
const shortest = 4

export type Burst = {
  /**
   * Hears of every key that is pressed.
   * @param at milliseconds
   * @returns the code when this key ended one
   */
  press(key: string, at: number): string | null
  /** Whether a key at this time comes as quickly after a character as only a reader types. */
  goesOn(at: number): boolean
}

export function createBurst(): Burst {
  let text = ''
  let last = Number.NEGATIVE_INFINITY
  return {
    goesOn: (at) => text !== '' && at - last <= longestGap,
    press(key, at) {
      if (at - last > longestGap) text = ''
      // Shift and the like come between the characters.
      if (key.length > 1 && key !== 'Enter' && key !== 'Tab') return null
      last = at
      if (key.length === 1) {
        text += key
        return null
      }
      const code = text.trim()
      text = ''
      return code.length >= shortest ? code : null
    },
  }
}
