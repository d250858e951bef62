/** Sizes as people read them. */

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Powers of 1000, as disks are sold: 950 B, 12 kB, 1.4 MB. */
export function formatBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1)
  const value = bytes / 1000 ** power
  return `${power > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[power]}`
}
