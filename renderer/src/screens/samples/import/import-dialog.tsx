/** Samples by the file: looked at line by line before anything is taken, then all of it or nothing. */

import { Alert, Button, FileButton, Group, List, Modal, Skeleton, Stack, Switch, Text } from '@mantine/core'
import { IconFileTypeCsv } from '@tabler/icons-react'
import { type DragEvent, useRef, useState } from 'react'
import type { ImportPreviewWire } from '../../../../../shared/contract/samples.ts'
import { useClient, useCommand } from '../../../api/lab.tsx'
import { tellDone } from '../../../components/tell.tsx'
import styles from '../samples.module.css'
import { PreviewTable } from './preview-table.tsx'
import { longestFile, readAsBase64 } from './read-file.ts'

export function ImportDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Import samples" size="70rem" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Import onClose={onClose} />
    </Modal>
  )
}

type Looked = { fileName: string; file: string; preview: ImportPreviewWire }

function Import({ onClose }: { onClose: () => void }) {
  const client = useClient()
  const [looked, setLooked] = useState<Looked | null>(null)
  const [isLooking, setIsLooking] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const [onlyBad, setOnlyBad] = useState(false)
  // Of files that are chosen one after another only the last counts.
  const latest = useRef(0)
  const forgetFile = useRef<() => void>(null)
  const take = useCommand('samples.import', {
    onSuccess: ({ created, updated }) => {
      tellDone(`${count(created)} added, ${count(updated)} brought up to date.`)
      onClose()
    },
    // Somebody has changed something since the file was looked at: look again, and it shows.
    onError: (error) => {
      setProblem(error.message)
      if (looked) void look(looked.fileName, async () => looked.file)
    },
  })

  async function look(fileName: string, read: () => Promise<string>): Promise<void> {
    latest.current += 1
    const turn = latest.current
    setIsLooking(true)
    try {
      const file = await read()
      const preview = await client.call('samples.previewImport', { file })
      if (turn !== latest.current) return
      setLooked({ fileName, file, preview })
      setOnlyBad(preview.problemCount > 0)
    } catch (error) {
      if (turn === latest.current) setProblem(error instanceof Error ? error.message : String(error))
    } finally {
      if (turn === latest.current) setIsLooking(false)
    }
  }

  function choose(file: File | null | undefined): void {
    // Or the browser would tell nothing when the same file is chosen again.
    forgetFile.current?.()
    if (!file) return
    setProblem(null)
    setLooked(null)
    void look(file.name, async () => {
      if (file.size > longestFile * 1024 * 1024) throw new Error(`${file.name} is larger than ${longestFile} MiB; divide it`)
      return readAsBase64(file)
    })
  }

  function onDrop(event: DragEvent): void {
    event.preventDefault()
    choose(event.dataTransfer.files[0])
  }

  const preview = looked?.preview
  return (
    <Stack onDrop={onDrop} onDragOver={(event) => event.preventDefault()}>
      <Group justify="space-between" align="flex-start" className={styles.drop}>
        <Text size="sm" maw="44rem">
          A CSV file; its first line names the columns: <code>barcode</code> and any of <code>name</code>, <code>type</code>,{' '}
          <code>plate</code>, <code>well</code>. An empty cell leaves what is there. Choose it, or drop it here.
        </Text>
        <FileButton
          accept=".csv,.txt,.tsv,text/csv"
          resetRef={forgetFile}
          onChange={choose}
          inputProps={{ 'aria-label': 'File of samples' }}
        >
          {(props) => (
            <Button
              data-autofocus
              variant={looked ? 'default' : 'filled'}
              leftSection={<IconFileTypeCsv size="1.1rem" aria-hidden />}
              {...props}
            >
              {looked ? 'Another file' : 'Choose a file'}
            </Button>
          )}
        </FileButton>
      </Group>
      {problem && (
        <Alert color="red" role="alert">
          {problem}
        </Alert>
      )}
      {isLooking && !preview && <Skeleton height="16rem" />}
      {preview && (
        <>
          <Group justify="space-between">
            <Text fw={600} role="status">
              {looked.fileName}: {summary(preview)}
            </Text>
            {preview.problemCount > 0 && (
              <Switch label="Only lines with problems" checked={onlyBad} onChange={(event) => setOnlyBad(event.currentTarget.checked)} />
            )}
          </Group>
          {preview.fileProblems.length > 0 && (
            <Alert color="red" title="The file as a whole">
              <List size="sm">
                {preview.fileProblems.map(({ line, message }) => (
                  <List.Item key={`${line} ${message}`}>
                    Line {line}: {message}
                  </List.Item>
                ))}
              </List>
            </Alert>
          )}
          <PreviewTable preview={preview} onlyBad={onlyBad} />
          <Group justify="flex-end">
            {preview.problemCount > 0 && (
              <Text size="sm" c="dimmed">
                Nothing is taken while there are problems: set them right in the file, and choose it again.
              </Text>
            )}
            <Button variant="default" onClick={onClose}>
              Take nothing
            </Button>
            <Button
              disabled={preview.problemCount > 0 || preview.created + preview.updated === 0}
              loading={take.isPending}
              onClick={() => take.mutate({ file: looked.file })}
            >
              Import {count(preview.created + preview.updated)}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  )
}

function summary({ created, updated, problemCount }: ImportPreviewWire): string {
  const problems = problemCount === 1 ? '1 problem' : `${problemCount.toLocaleString('en')} problems`
  return `${created.toLocaleString('en')} new, ${updated.toLocaleString('en')} known, ${problemCount === 0 ? 'no problem' : problems}`
}

function count(samples: number): string {
  return samples === 1 ? '1 sample' : `${samples.toLocaleString('en')} samples`
}
