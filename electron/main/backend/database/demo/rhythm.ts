/** When a lab works: busy on weekdays from eight to six, quiet at night, on Sundays and on New Year's Day. */

const hourMs = 3_600_000
const days = 31

/**
 * The month's hours as shares of a busy hour. The last two are left free, so that whatever waited for its instrument on the last day still
 * ends within the month.
 */
const hourWeights = Array.from({ length: days * 24 }, (_, hour) =>
  hour >= days * 24 - 2 ? 0 : weightOfDay(Math.floor(hour / 24)) * weightOfHour(hour % 24),
)

/**
 * @param strength 1 = as the lab works, 0 = day and night alike, in between for a lab with too much to do
 * @returns the moment, in milliseconds since the month began, by which a fraction of the month's work has arrived; it grows with the fraction
 */
export function createRhythm(strength: number): (fraction: number) => number {
  const upTo = [0]
  for (const weight of hourWeights) upTo.push((upTo.at(-1) ?? 0) + (weight === 0 ? 0 : strength * weight + (1 - strength)))
  const total = upTo.at(-1) ?? 1

  return (fraction) => {
    const wanted = fraction * total
    const hour = lastNotAbove(upTo, wanted)
    const from = upTo[hour] ?? 0
    const to = upTo[hour + 1] ?? from
    return (hour + (to > from ? (wanted - from) / (to - from) : 0)) * hourMs
  }
}

function weightOfDay(day: number): number {
  // 2025-01-01 is a Wednesday.
  const weekday = (day + 3) % 7
  if (day === 0 || weekday === 0) return 0.2
  return weekday === 6 ? 0.3 : 1
}

function weightOfHour(hour: number): number {
  if (hour >= 8 && hour < 18) return 1
  return hour >= 6 && hour < 22 ? 0.5 : 0.15
}

/** The index of the last number that is not above the wanted one; the numbers grow and begin with 0. */
function lastNotAbove(numbers: readonly number[], wanted: number): number {
  let low = 0
  let high = numbers.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((numbers[middle] ?? 0) <= wanted) low = middle
    else high = middle - 1
  }
  return low
}
