/** What the palette finds in the lab for a text: devices, workflows and samples, whole ids and barcodes before all others. */

import { useDebouncedValue } from '@mantine/hooks'
import { IconCpu, IconFlask, IconListDetails, type TablerIcon } from '@tabler/icons-react'
import { useConnection, useLab } from '../api/lab.tsx'
import { workflowLooks } from '../components/state.tsx'

/** `address`: where it leads. */
export type Hit = { id: string; label: string; description: string; icon: TablerIcon; address: string }
/** `isExact`: the first one's id or barcode is the text, as when it was scanned. */
export type HitGroup = { label: string; hits: Hit[]; isExact: boolean }

/** Of each kind; whoever wants more types more. */
const shown = 6

/**
 * Never what an earlier text has found.
 * @param atOnce does not wait for the typing to stop
 * @returns `isSettled`: nothing better can come, or the lab cannot be asked
 */
export function useHits(text: string, atOnce: boolean): { groups: HitGroup[]; isSettled: boolean; canAsk: boolean } {
  const canAsk = useConnection() === 'open'
  const [typed] = useDebouncedValue(text, 150)
  const asks = text !== '' && (atOnce || typed === text)
  const devices = useLab('devices.list', {}, { enabled: text !== '' })
  const workflows = useLab('workflows.list', { text, limit: shown }, { enabled: asks })
  const samples = useLab('samples.list', { text, limit: shown }, { enabled: asks })
  // Among many that have it in them, the one whose whole barcode it is would not be on the first page.
  const sample = useLab('samples.get', { barcode: text }, { enabled: asks })
  const isMeant = (id: string) => id.toLowerCase() === text.toLowerCase()

  const groups = [
    group(
      'Devices',
      (devices.data ?? []).filter(({ id, name }) => text !== '' && fits(`${name} ${id}`, text)),
      ({ id, name }) => ({ id, label: name, description: `${id}: its queue`, icon: IconCpu, address: `/queues?device=${searched(id)}` }),
      isMeant,
    ),
    group(
      'Workflows',
      workflows.data?.rows ?? [],
      ({ id, name, status, deviceId }) => ({
        id,
        label: name,
        description: `${workflowLooks[status].word} · ${deviceId}`,
        icon: IconListDetails,
        address: `/workflows/${id}`,
      }),
      isMeant,
    ),
    group(
      'Samples',
      [...(sample.data ? [sample.data] : []), ...(samples.data?.rows.filter(({ barcode }) => barcode !== sample.data?.barcode) ?? [])],
      ({ barcode, name, location }) => ({
        id: barcode,
        label: barcode,
        description: [name, location && `${location.plate} ${location.well}`].filter(Boolean).join(' · '),
        icon: IconFlask,
        address: `/samples?sample=${searched(barcode)}`,
      }),
      isMeant,
    ),
  ].filter(({ hits }) => hits.length > 0)
  const isAnswered = asks && [devices, workflows, samples, sample].every(({ isPending }) => !isPending)
  return { groups, isSettled: isAnswered || groups.some(({ isExact }) => isExact) || !canAsk, canAsk }
}

function group<Row>(label: string, rows: readonly Row[], toHit: (row: Row) => Hit, isMeant: (id: string) => boolean): HitGroup {
  const hits = rows.map(toHit)
  const meant = hits.find(({ id }) => isMeant(id))
  const ordered = meant ? [meant, ...hits.filter((hit) => hit !== meant)] : hits
  return { label, hits: ordered.slice(0, shown), isExact: meant !== undefined }
}

/** Every word of the query somewhere in the text. */
export function fits(text: string, query: string): boolean {
  const lower = text.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}

/** As the router writes what is searched for: one of digits only would come back as a number. */
function searched(text: string): string {
  return encodeURIComponent(JSON.stringify(text))
}
