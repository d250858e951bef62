/** Backups: made on demand, each read back and opened before it counts, and put back when asked to. */

import { ActionIcon, Button, Code, Group, Modal, Progress, Skeleton, Stack, Table, Text, TextInput, VisuallyHidden } from '@mantine/core'
import { IconDatabaseExport, IconHistory, IconTrash } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { BackupWire } from '../../../../shared/contract/backups.ts'
import type { Output } from '../../../../shared/contract/contract.ts'
import { useCommand, useLab } from '../../api/lab.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { tellDone } from '../../components/tell.tsx'
import { formatInstant } from '../../components/time-format.ts'
import { Unread } from '../../components/unread.tsx'
import { Section } from './section.tsx'

/** Between two questions of what is being done. Milliseconds. */
const whileBusy = 300
const whileIdle = 1_500
/** Between two looks into the folder, which others may fill, too. Milliseconds. */
const ofFolder = 10_000

export function BackupsCard() {
  const queries = useQueryClient()
  // One that is being made is in the folder before it has been checked.
  const isMaking = () => queries.getQueryData<Output<'backups.job'>>(['backups.job', {}])?.job != null
  const list = useLab('backups.list', {}, { refetchOnMount: 'always', refetchInterval: () => (isMaking() ? false : ofFolder) })
  const reload = () => void queries.invalidateQueries({ queryKey: ['backups.list'] })
  const [asked, setAsked] = useState<Asked | null>(null)
  const create = useCommand('backups.create', {
    onSuccess: ({ name }) => {
      tellDone(`The backup ${name} was made, read back and opened.`)
      reload()
    },
  })
  const restore = useCommand('backups.restore', {
    onSuccess: ({ keptAt }) => tellDone(`The lab starts again with the backup. The data of before are kept in ${keptAt}.`),
  })
  const remove = useCommand('backups.delete', { onSuccess: reload })
  // Whoever began it, here before this screen was left or somewhere else: no push tells of it.
  const asks = list.data !== undefined && list.data.folder !== null
  const { data: now } = useLab(
    'backups.job',
    {},
    { enabled: asks, gcTime: 0, refetchInterval: ({ state }) => (state.data?.job ? whileBusy : whileIdle) },
  )
  const job = now?.job ?? null
  const isOn = job !== null
  const wasOn = useRef(false)
  useEffect(() => {
    if (wasOn.current && !isOn) void queries.invalidateQueries({ queryKey: ['backups.list'] })
    wasOn.current = isOn
  }, [isOn, queries])
  const busy = create.isPending || restore.isPending || isOn

  if (list.data && list.data.folder === null) {
    return (
      <Section title="Backups">
        <Text>
          The data of this lab are on a PostgreSQL server. Whoever looks after it backs them up there, with pg_dump or as the server does.
        </Text>
      </Section>
    )
  }
  return (
    <Section
      title="Backups"
      about="A backup is one file with everything in it. Copy it to another disk or computer: beside the data it does not outlive the disk."
    >
      <NewBackup busy={busy} onCreate={(note) => create.mutate({ note })} />
      {busy && <JobProgress job={job} />}
      {list.data ? (
        <BackupTable backups={list.data.backups} busy={busy} onAsk={setAsked} />
      ) : list.error ? (
        <Unread title="The backups could not be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <Skeleton h="6rem" />
      )}
      {list.data?.folder && (
        <Text size="sm" c="dimmed">
          They are in <Code>{list.data.folder}</Code>. A backup that is put into this folder can be put back here, too.
        </Text>
      )}
      <Confirm
        asked={asked}
        onClose={() => setAsked(null)}
        onConfirm={({ kind, backup: { name } }) => {
          setAsked(null)
          if (kind === 'restore') restore.mutate({ name })
          else remove.mutate({ name })
        }}
      />
    </Section>
  )
}

function NewBackup({ busy, onCreate }: { busy: boolean; onCreate: (note: string | null) => void }) {
  const [note, setNote] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onCreate(note.trim() || null)
        setNote('')
      }}
    >
      <Group align="flex-end">
        <TextInput
          label="Note (may stay empty)"
          placeholder="Before the audit"
          maxLength={200}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          w="20rem"
        />
        <Button type="submit" disabled={busy} leftSection={<IconDatabaseExport size="1.1rem" aria-hidden />}>
          Back up now
        </Button>
      </Group>
    </form>
  )
}

type Job = NonNullable<Output<'backups.job'>['job']>

const phases: Readonly<Record<Job['phase'], string>> = {
  copying: 'Copying the data; bookings wait this moment',
  packing: 'Packing',
  checking: 'Reading it back and opening it',
}

/** Null: the lab has not begun yet. */
function JobProgress({ job }: { job: Job | null }) {
  const cancel = useCommand('backups.cancel')
  const share = job && job.total > 0 ? (job.done / job.total) * 100 : 0
  const words = job ? phases[job.phase] : 'Beginning'
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {words}
          {job && job.total > 0 ? `: ${formatBytes(job.done)} of ${formatBytes(job.total)}` : ' …'}
        </Text>
        <Button size="xs" variant="default" onClick={() => cancel.mutate({})}>
          Cancel
        </Button>
      </Group>
      <Progress value={share > 0 ? share : 100} animated={share === 0} aria-label={words} />
    </Stack>
  )
}

type Asked = { kind: 'restore' | 'delete'; backup: BackupWire }
type TableProps = { backups: BackupWire[]; busy: boolean; onAsk: (asked: Asked) => void }

function BackupTable({ backups, busy, onAsk }: TableProps) {
  if (backups.length === 0) return <Text c="dimmed">There is no backup yet. The first takes a second or two.</Text>
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Made</Table.Th>
            <Table.Th>Note</Table.Th>
            <Table.Th ta="right">Size</Table.Th>
            <Table.Th>Program</Table.Th>
            <Table.Th w="12rem">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {backups.map((backup) => (
            <Table.Tr key={backup.name}>
              <Table.Td>{formatInstant(backup.createdAt, { seconds: true })}</Table.Td>
              <Table.Td>{backup.note ?? '—'}</Table.Td>
              <Table.Td ta="right">{formatBytes(backup.bytes)}</Table.Td>
              <Table.Td>{backup.version}</Table.Td>
              <Table.Td>
                <Group gap="xs" wrap="nowrap" justify="flex-end">
                  <Button
                    size="xs"
                    variant="default"
                    disabled={busy}
                    leftSection={<IconHistory size="1rem" aria-hidden />}
                    onClick={() => onAsk({ kind: 'restore', backup })}
                  >
                    Put back
                  </Button>
                  <ActionIcon
                    variant="subtle"
                    color="red"
                    size="lg"
                    disabled={busy}
                    aria-label={`Delete the backup of ${formatInstant(backup.createdAt, { seconds: true })}`}
                    onClick={() => onAsk({ kind: 'delete', backup })}
                  >
                    <IconTrash size="1.1rem" aria-hidden />
                  </ActionIcon>
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

type ConfirmProps = { asked: Asked | null; onClose: () => void; onConfirm: (asked: Asked) => void }

function Confirm({ asked, onClose, onConfirm }: ConfirmProps) {
  const when = asked && formatInstant(asked.backup.createdAt, { seconds: true })
  const restores = asked?.kind === 'restore'
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      title={restores ? 'Put this backup back?' : 'Delete this backup?'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      centered
    >
      {asked && (
        <Stack>
          <Text>
            {restores
              ? `The lab will be as it was on ${when}. The backup is checked first; then the lab starts again, which interrupts what runs now. The data of now are kept in a folder beside it.`
              : `The backup of ${when} is deleted for good. The lab itself is not touched.`}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>
              Leave it as it is
            </Button>
            <Button color="red.8" onClick={() => onConfirm(asked)}>
              {restores ? 'Put it back' : 'Delete it'}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
