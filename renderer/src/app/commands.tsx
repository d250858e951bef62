/** What the palette can do. */

import { useMantineColorScheme } from '@mantine/core'
import { IconKeyboard, IconMoon, IconPlus, IconSun, IconSunMoon, IconTextSize, IconUser, type TablerIcon } from '@tabler/icons-react'
import { usePreferences } from '../components/preferences.ts'
import { screens } from './screens.tsx'

/** `words`: what else it is looked for as. */
export type Command = { label: string; description: string; words: string; icon: TablerIcon; run: () => void }

type Doing = { goTo: (address: string) => void; showKeys: () => void; nameOperator: () => void }

export function useCommands({ goTo, showKeys, nameOperator }: Doing): Command[] {
  const { density, setDensity } = usePreferences()
  const { setColorScheme } = useMantineColorScheme()
  return [
    ...screens.map(({ name, path, icon, keys }) => ({
      label: `Go to ${name}`,
      description: keys,
      words: 'open show screen',
      icon,
      run: () => goTo(path),
    })),
    {
      label: 'New workflow',
      description: 'Device, steps and samples',
      words: 'create make add',
      icon: IconPlus,
      run: () => goTo('/workflows/new'),
    },
    density === 'desk'
      ? {
          label: 'Size for the bench',
          description: 'Larger, to be read from a distance',
          words: 'density big large',
          icon: IconTextSize,
          run: () => setDensity('bench'),
        }
      : {
          label: 'Size for the desk',
          description: 'More on the screen',
          words: 'density small',
          icon: IconTextSize,
          run: () => setDensity('desk'),
        },
    { label: 'Light colours', description: '', words: 'theme mode bright', icon: IconSun, run: () => setColorScheme('light') },
    { label: 'Dark colours', description: '', words: 'theme mode night', icon: IconMoon, run: () => setColorScheme('dark') },
    {
      label: 'Colours as the system has them',
      description: '',
      words: 'theme mode auto',
      icon: IconSunMoon,
      run: () => setColorScheme('auto'),
    },
    {
      label: 'Say who you are',
      description: 'Kept with everything that you change',
      words: 'operator name user person',
      icon: IconUser,
      run: nameOperator,
    },
    { label: 'Show the keys', description: '?', words: 'shortcuts keyboard help', icon: IconKeyboard, run: showKeys },
  ]
}
