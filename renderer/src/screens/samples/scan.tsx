/** Finds the sample that was scanned and brings it into view. */

import { Anchor } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { LabError } from '../../api/client.ts'
import { useClient } from '../../api/lab.tsx'
import { BarcodeField } from '../../components/barcode/barcode-field.tsx'

type Props = { onNew: (barcode: string) => void; onFound: () => void; className?: string | undefined }

export function ScanField({ onNew, onFound, className }: Props) {
  const client = useClient()
  const navigate = useNavigate()

  async function scan(barcode: string): Promise<ReactNode | null> {
    try {
      const { location } = await client.call('samples.get', { barcode })
      onFound()
      void navigate({
        to: '/samples',
        search: (before) => ({
          ...before,
          sample: barcode,
          ...(location ? { view: 'plates' as const, plate: location.plate } : { view: 'list' as const, plate: undefined, text: barcode }),
        }),
      })
      return null
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== 'sample_not_found') throw error
      return (
        <>
          There is no sample "{barcode}".{' '}
          <Anchor component="button" type="button" inherit onClick={() => onNew(barcode)}>
            Add it
          </Anchor>
        </>
      )
    }
  }
  return <BarcodeField className={className} label="Scan a barcode" placeholder="Scan, or type and press Enter" onScan={scan} />
}
