/** How the lab is set up and kept: addresses, data, backups, devices, and the person at the screen. */

import { SimpleGrid, Stack, Title } from '@mantine/core'
import { useLab } from '../../api/lab.tsx'
import { isDesktop } from '../../api/line.ts'
import { BackupsCard } from './backups-card.tsx'
import { DevicesCard } from './devices-card.tsx'
import { LabCard } from './lab-card.tsx'
import { PersonCard } from './person-card.tsx'
import { SafetyCard } from './safety-card.tsx'
import { StartOverCard } from './start-over-card.tsx'
import { ThisComputerCard } from './this-computer-card.tsx'

export function SettingsScreen() {
  const { data: status } = useLab('lab.status', {})
  const isEmbedded = status?.database !== 'server'
  return (
    <Stack maw="80rem" gap="md">
      <Title order={1}>Settings</Title>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <LabCard />
        <Stack gap="md">
          <PersonCard />
          {isDesktop && <ThisComputerCard />}
          <SafetyCard />
        </Stack>
      </SimpleGrid>
      <DevicesCard />
      <BackupsCard />
      {isEmbedded && <StartOverCard />}
    </Stack>
  )
}
