/** A field for a barcode reader, or for a person who types: Enter takes what stands in it, and what is wrong is told at once. */

import { TextInput } from '@mantine/core'
import { IconBarcode } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useState } from 'react'
import { useScanner } from './use-scanner.ts'
import { useTake } from './use-take.ts'

type Props = {
  label: string
  placeholder?: string
  /** @returns what is wrong with it; null when it was taken */
  onScan: (barcode: string) => Promise<ReactNode | null>
  className?: string | undefined
}

export function BarcodeField({ label, placeholder, onScan, className }: Props) {
  const [text, setText] = useState('')
  const { take, problem, forget } = useTake()

  function takeUp(barcode: string): void {
    if (barcode === '') return
    setText('')
    void take(() => onScan(barcode))
  }
  useScanner(takeUp)

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Enter') return
    event.preventDefault()
    takeUp(text.trim())
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
        forget()
      }}
    />
  )
}
