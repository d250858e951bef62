/** Beginning a workflow from a file. What is wrong with the file is told field by field, and nothing is taken. */

import { Alert, Button, CloseButton, FileButton, Group, List } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { tellDone } from '../../../components/tell.tsx'
import { type FileProblem, readWorkflowFile } from '../workflow-file.ts'
import { draftOfFile } from './draft.ts'
import { useDraft } from './draft-store.ts'

type Wrong = { fileName: string; problems: FileProblem[] }

export function useWorkflowFile() {
  const [wrong, setWrong] = useState<Wrong | null>(null)
  const reset = useRef<() => void>(null)

  async function take(file: File | null): Promise<void> {
    if (!file) return
    const read = readWorkflowFile(await file.text())
    // So that the same file can be chosen again.
    reset.current?.()
    if ('problems' in read) return setWrong({ fileName: file.name, problems: read.problems })
    setWrong(null)
    useDraft.getState().replace(draftOfFile(read.workflow))
    tellDone(`"${read.workflow.name}" was read from ${file.name}.`)
  }

  const button = (
    <FileButton
      resetRef={reset}
      accept="application/json,.json"
      onChange={(file) => void take(file)}
      inputProps={{ 'aria-label': 'Workflow file' }}
    >
      {(props) => (
        <Button variant="default" leftSection={<IconUpload size="1.1rem" aria-hidden />} {...props}>
          Import
        </Button>
      )}
    </FileButton>
  )
  return { button, alert: wrong && <WrongFile wrong={wrong} onClose={() => setWrong(null)} /> }
}

function WrongFile({ wrong: { fileName, problems }, onClose }: { wrong: Wrong; onClose: () => void }) {
  return (
    <Alert color="red" role="alert" title={`${fileName} was not taken`}>
      <Group align="flex-start" justify="space-between" wrap="nowrap">
        <List size="sm">
          {problems.map(({ field, message }) => (
            <List.Item key={`${field} ${message}`}>
              <b>{field}</b>: {message}
            </List.Item>
          ))}
        </List>
        <CloseButton aria-label="Close" onClick={onClose} />
      </Group>
    </Alert>
  )
}
