/** A field for a barcode reader, or for a person who types: Enter takes what stands in it, and what is wrong is told at once. */

import { TextInput } from '@mantine/core'
import { IconBarcode } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { useScanner } from './use-scanner.ts'

type Props = {
  label: string
  placeholder?: string
  /** @returns what is wrong with it; null when it was taken */
  onScan: (barcode: string) => Promise<ReactNode | null>
  className?: string | undefined
}

export function BarcodeField({ label, placeholder, onScan, className }: Props) {
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<ReactNode | null>(null)
  const latest = useRef(0)

  async function take(barcode: string): Promise<void> {
    if (barcode === '') return
    latest.current += 1
    const mine = latest.current
    setText('')
    const wrong = await onScan(barcode).catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
    // A reader may have gone on meanwhile.
    if (mine === latest.current) setProblem(wrong)
  }
  useScanner((barcode) => void take(barcode))

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return
    event.preventDefault()
    void take(text.trim())
  }

  return (
    <TextInput
      className={className}
      label={label}
      placeholder={placeholder}
      leftSection={<IconBarcode size="1.1rem" aria-hidden />}
      value={text}
      maxLength={200}
      error={problem}
      errorProps={{ role: 'alert' }}
      onKeyDown={onKeyDown}
      onChange={(event) => {
        setText(event.currentTarget.value)
        setProblem(null)
      }}
    />
  )
}
