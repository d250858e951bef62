/** Who is at the screen, how large it is and in which colours: one step away on every screen. */

import { ActionIcon, Button, Group, Popover, Stack, Text, TextInput, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconMoon, IconSun, IconSunMoon, IconTextDecrease, IconTextIncrease, IconUser } from '@tabler/icons-react'
import type { SubmitEvent } from 'react'
import { usePreferences } from '../components/preferences.ts'

/** Pressing the button goes on to the next. */
const schemes = {
  auto: { word: 'as the system', icon: IconSunMoon, next: 'light' },
  light: { word: 'light', icon: IconSun, next: 'dark' },
  dark: { word: 'dark', icon: IconMoon, next: 'auto' },
} as const

type Props = { opened: boolean; onChange: (opened: boolean) => void }

export function PersonMenu({ opened, onChange }: Props) {
  const { operator, density, setOperator, setDensity } = usePreferences()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { word, icon: SchemeIcon, next } = schemes[colorScheme]
  const SizeIcon = density === 'desk' ? IconTextIncrease : IconTextDecrease
  const name = operator.trim()

  function submit(event: SubmitEvent): void {
    event.preventDefault()
    onChange(false)
  }

  return (
    <Stack gap={4}>
      <Popover opened={opened} onChange={onChange} position="right-end" trapFocus withinPortal shadow="md">
        <Popover.Target>
          <Button
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            fullWidth
            px="sm"
            fw={400}
            size="sm"
            justify="flex-start"
            leftSection={<IconUser aria-hidden size="1.2em" />}
            aria-label={name ? `You are ${name}: change` : 'Who are you?'}
            onClick={() => onChange(!opened)}
          >
            {name || 'Who are you?'}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label="Who is at the screen">
          <form onSubmit={submit}>
            <Stack gap="xs">
              <TextInput
                label="Your name"
                maxLength={80}
                value={operator}
                onChange={(event) => setOperator(event.currentTarget.value)}
                autoComplete="off"
                data-autofocus
              />
              <Text size="sm" c="dimmed" maw="16rem">
                Kept with everything that you change from this screen.
              </Text>
              <Button type="submit">Done</Button>
            </Stack>
          </form>
        </Popover.Dropdown>
      </Popover>
      <Group gap={4} px={4}>
        <Tooltip label={density === 'desk' ? 'Larger, to be read from the bench' : 'Smaller, for the desk'}>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            size="lg"
            aria-label="Bench size"
            aria-pressed={density === 'bench'}
            onClick={() => setDensity(density === 'desk' ? 'bench' : 'desk')}
          >
            <SizeIcon aria-hidden size="1.2em" />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={`Colours: ${word}`}>
          <ActionIcon
            variant="subtle"
            color="gray"
            c="var(--mantine-color-text)"
            size="lg"
            aria-label={`Colours: ${word}; change to ${schemes[next].word}`}
            onClick={() => setColorScheme(next)}
          >
            <SchemeIcon aria-hidden size="1.2em" />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Stack>
  )
}
