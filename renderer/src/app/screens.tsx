/** The screens: their addresses, names, icons and keys. Navigation, palette and router read them here. */

import {
  IconChartBar,
  IconFlask,
  IconLayoutDashboard,
  IconListDetails,
  IconSettings,
  IconStack2,
  IconTableShortcut,
  IconTimeline,
} from '@tabler/icons-react'

export const screens = [
  { path: '/', name: 'Bench', icon: IconLayoutDashboard, keys: 'g b' },
  { path: '/queues', name: 'Queues', icon: IconStack2, keys: 'g q' },
  { path: '/workflows', name: 'Workflows', icon: IconListDetails, keys: 'g w' },
  { path: '/samples', name: 'Samples', icon: IconFlask, keys: 'g s' },
  { path: '/logs', name: 'Logs', icon: IconTableShortcut, keys: 'g l' },
  { path: '/timeline', name: 'Timeline', icon: IconTimeline, keys: 'g t' },
  { path: '/insights', name: 'Insights', icon: IconChartBar, keys: 'g i' },
  { path: '/settings', name: 'Settings', icon: IconSettings, keys: 'g ,' },
] as const
