/** Where this lab answers and where its data are. */

import { Anchor, Code, CopyButton, Group, Skeleton, Table, Text, UnstyledButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { BackupWire } from '../../../../shared/contract/backups.ts'
import type { LabStatusWire } from '../../../../shared/contract/lab.ts'
import { useConnection, useLab } from '../../api/lab.tsx'
import { formatBytes } from '../../components/bytes.ts'
import { Instant } from '../../components/time.tsx'
import { Unread } from '../../components/unread.tsx'
import { Section } from './section.tsx'
import styles from './settings.module.css'

export function LabCard() {
  // No push tells how the data grow.
  const status = useLab('lab.status', {}, { refetchOnMount: 'always', refetchInterval: 10_000 })
  return (
    <Section title="This lab" about="Scripts reach the lab at these addresses, on this computer only unless it was started otherwise.">
      {status.data ? (
        <Facts status={status.data} />
      ) : status.error ? (
        <Unread title="This lab could not be asked" error={status.error} onRetry={() => void status.refetch()} />
      ) : (
        <Skeleton h="14rem" />
      )}
    </Section>
  )
}

function Facts({ status }: { status: LabStatusWire }) {
  const { urls, dataDir, dataBytes, database, simSpeed, version } = status
  const connection = useConnection()
  const backups = useLab('backups.list', {})
  return (
    <Table variant="vertical" withRowBorders={false} verticalSpacing={4} classNames={{ th: styles.name }}>
      <Table.Tbody>
        <Fact name="Device service">
          <Address url={urls.device} open={connection === 'open'} />
        </Fact>
        <Fact name="Workflow service">
          <Address url={urls.workflow} open={connection === 'open'} />
        </Fact>
        <Fact name="psql">
          {urls.psql ? (
            <Copyable text={urls.psql} />
          ) : (
            <Text size="sm">Off. Start the lab with “--psql-port 5432” to ask its database.</Text>
          )}
        </Fact>
        {dataDir === null ? (
          <Fact name="Data">
            <Text size="sm">On a PostgreSQL server that other benches may share; it is backed up there.</Text>
          </Fact>
        ) : (
          <>
            <Fact name="Data folder">
              <Copyable text={dataDir} />
            </Fact>
            <Fact name="Size of the data">
              <Text size="sm">{dataBytes === null ? 'unknown' : formatBytes(dataBytes)}</Text>
            </Fact>
            <Fact name="Last backup">
              <Text size="sm">
                {backups.data ? <LastBackup backups={backups.data.backups} /> : backups.error ? backups.error.message : '…'}
              </Text>
            </Fact>
          </>
        )}
        <Fact name="Durability">
          <Text size="sm">
            {database === 'embedded'
              ? 'What was confirmed is on the disk: each command is flushed before it is answered.'
              : 'As the server keeps its promises: each command is one transaction there.'}
          </Text>
        </Fact>
        <Fact name="Simulated speed">
          <Text size="sm">{speedWords(simSpeed)} (set with “--sim-speed”)</Text>
        </Fact>
        <Fact name="Version">
          <Text size="sm">Benchkeeper {version}</Text>
        </Fact>
      </Table.Tbody>
    </Table>
  )
}

function LastBackup({ backups: [last] }: { backups: BackupWire[] }) {
  return last ? <Instant at={last.createdAt} /> : 'none yet'
}

function speedWords(speed: number): string {
  if (speed === 0) return 'Simulated devices do not wait'
  return speed === 1 ? 'Simulated devices take as long as real ones' : `Simulated devices run ${speed} times as fast as real ones`
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th w="10.5rem" scope="row">
        {name}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  )
}

function Address({ url, open }: { url: string; open: boolean }) {
  return (
    <Group gap="xs">
      <Copyable text={url} />
      <Text size="sm">{open ? 'answers' : 'does not answer now'}</Text>
      <Anchor href={`${url}/docs`} target="_blank" rel="noreferrer" size="sm" underline="always">
        Documentation
      </Anchor>
    </Group>
  )
}

function Copyable({ text }: { text: string }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <UnstyledButton onClick={copy} aria-label={copied ? `Copied ${text}` : `Copy ${text}`}>
          <Group gap={6} wrap="nowrap">
            <Code>{text}</Code>
            {copied ? (
              <IconCheck size="1rem" style={{ flex: 'none' }} aria-hidden />
            ) : (
              <IconCopy size="1rem" style={{ flex: 'none' }} aria-hidden />
            )}
          </Group>
        </UnstyledButton>
      )}
    </CopyButton>
  )
}
