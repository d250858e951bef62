/** All workflows: found by filter, sorted, opened and commanded. */

import { Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconCopy, IconPlus } from '@tabler/icons-react'
import { getRouteApi } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import type { WorkflowOrder } from '../../../../shared/domain/workflow.ts'
import { useLab } from '../../api/lab.tsx'
import { useLabPages } from '../../api/pages.ts'
import { LinkButton, LinkMenuItem } from '../../components/link.tsx'
import { Unread } from '../../components/unread.tsx'
import { VirtualGrid } from '../../components/virtual-grid.tsx'
import { ActionMenu } from '../../components/workflow-actions/action-buttons.tsx'
import { actionableRow } from '../../components/workflow-actions/actionable.ts'
import { useWorkflowActions } from '../../components/workflow-actions/use-workflow-actions.tsx'
import { NoWorkflows } from './list/no-workflows.tsx'
import { workflowColumns } from './list/workflow-columns.tsx'
import { WorkflowFilters } from './list/workflow-filters.tsx'
import type { WorkflowSearch } from './workflow-search.ts'
import styles from './workflows.module.css'

const route = getRouteApi('/workflows')

export function WorkflowsScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const actions = useWorkflowActions()
  const devices = useLab('devices.list', {})
  const { order = 'newest', status, device, ...rest } = search
  const filter = { ...rest, ...(device ? { deviceId: device } : {}) }
  const list = useLabPages('workflows.list', { ...filter, ...(status ? { status } : {}), order })
  const counts = useLab('workflows.counts', filter, { placeholderData: (before) => before })
  const total =
    counts.data &&
    (status ?? Object.keys(counts.data)).reduce((sum, each) => sum + (counts.data?.[each as keyof typeof counts.data] ?? 0), 0)

  const change = useCallback(
    (changed: Partial<WorkflowSearch>) => void navigate({ search: (before) => ({ ...before, ...changed }), replace: true }),
    [navigate],
  )

  const names = useMemo(() => new Map(devices.data?.map(({ id, name }) => [id, name])), [devices.data])
  const { begin } = actions
  const columns = useMemo(
    () =>
      workflowColumns(names, (row, isActive) => (
        <ActionMenu workflow={actionableRow(row)} onAction={begin} tabIndex={isActive ? 0 : -1}>
          <LinkMenuItem to="/workflows/new" search={{ from: row.id }} leftSection={<IconCopy size="1rem" aria-hidden />}>
            Duplicate
          </LinkMenuItem>
        </ActionMenu>
      )),
    [names, begin],
  )

  return (
    <Stack className={styles.screen} gap="sm">
      <Group justify="space-between">
        <Title order={1}>Workflows</Title>
        <LinkButton to="/workflows/new" leftSection={<IconPlus size="1.1rem" aria-hidden />}>
          New workflow
        </LinkButton>
      </Group>
      <WorkflowFilters search={search} counts={counts.data} devices={devices.data ?? []} onChange={change} />
      {list.isPending ? (
        <Skeleton className={styles.fill} />
      ) : list.isLoadingError ? (
        <Unread title="The workflows could not be read" error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <VirtualGrid
          label="Workflows"
          columns={columns}
          rows={list.rows}
          isOld={list.isPlaceholderData}
          total={total}
          rowKey={(row) => row.id}
          order={order}
          onOrder={(next) => change({ order: next as WorkflowOrder })}
          onOpen={(row) => void navigate({ to: '/workflows/$workflowId', params: { workflowId: row.id } })}
          onNearEnd={list.onNearEnd}
          empty={<NoWorkflows filtered={Object.keys(search).length > 0} onClear={() => void navigate({ search: {}, replace: true })} />}
        />
      )}
      {list.isFetchNextPageError && (
        <Unread title="More of them could not be read" error={list.error} onRetry={() => void list.fetchNextPage()} />
      )}
      <Text size="sm" c="dimmed" aria-live="polite">
        {total === undefined ? ' ' : `${total.toLocaleString('en')} workflow${total === 1 ? '' : 's'}`}
      </Text>
      {actions.dialogs}
    </Stack>
  )
}
