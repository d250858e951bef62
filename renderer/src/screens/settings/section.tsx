/** A titled card of the settings. */

import { Card, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

import styles from './settings.module.css'

type Props = { title: string; about?: string; action?: ReactNode; children: ReactNode }

export function Section({ title, about, action, children }: Props) {
  const id = `settings-${title.toLowerCase().replaceAll(/\W+/g, '-')}`
  return (
    <Card component="section" withBorder padding="md" aria-labelledby={id}>
      <Stack>
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div>
            <Title order={2} size="h4" id={id}>
              {title}
            </Title>
            {about && (
              <Text c="dimmed" size="sm" maw="46rem">
                {about}
              </Text>
            )}
          </div>
          <div className={styles.action}>{action}</div>
        </Group>
        {children}
      </Stack>
    </Card>
  )
}
