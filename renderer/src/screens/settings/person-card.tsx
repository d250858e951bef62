/** Who is at this screen, and how it is set up. Kept in this browser or window. */

import { SegmentedControl, Stack, Text, TextInput, useMantineColorScheme } from '@mantine/core'
import { usePreferences } from '../../components/preferences.ts'
import { Section } from './section.tsx'

export function PersonCard() {
  const { operator, density, setOperator, setDensity } = usePreferences()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Section title="You and this screen">
      <TextInput
        label="Your name"
        description="Kept with everything that you change from this screen."
        placeholder="As colleagues know you"
        maxLength={80}
        value={operator}
        onChange={(event) => setOperator(event.currentTarget.value)}
        autoComplete="off"
      />
      <Stack gap={4}>
        <Text size="sm" fw={500} id="settings-colours">
          Colours
        </Text>
        <SegmentedControl
          aria-labelledby="settings-colours"
          value={colorScheme}
          onChange={(value) => setColorScheme(value as typeof colorScheme)} // one of the three below
          data={[
            { value: 'auto', label: 'As the system' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Stack>
      <Stack gap={4}>
        <Text size="sm" fw={500} id="settings-density">
          Size
        </Text>
        <SegmentedControl
          aria-labelledby="settings-density"
          value={density}
          onChange={(value) => setDensity(value as typeof density)} // one of the two below
          data={[
            { value: 'desk', label: 'Desk' },
            { value: 'bench', label: 'Bench, read from afar' },
          ]}
        />
      </Stack>
    </Section>
  )
}
