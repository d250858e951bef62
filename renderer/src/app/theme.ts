/** How Benchkeeper looks: Mantine's theme with our colours, and a larger type for reading from a distance. */

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple, Menu } from '@mantine/core'
import type { Density } from '../components/preferences.ts'

/** A petrol blue that keeps 4.5:1 on white at 7 and on dark at 3 (WCAG 2.2, 1.4.3). */
const petrol: MantineColorsTuple = [
  '#e6f5f8',
  '#d3e7ec',
  '#a6cfd9',
  '#77b6c5',
  '#51a1b5',
  '#3994ab',
  '#2a87a0',
  '#13708a',
  '#05657d',
  '#005468',
]

const scales: Record<Density, number> = { desk: 1, bench: 1.3 }

export function createBenchTheme(density: Density) {
  return createTheme({
    primaryColor: 'petrol',
    primaryShade: { light: 8, dark: 7 },
    colors: { petrol },
    scale: scales[density],
    defaultRadius: 'md',
    fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
    fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, monospace',
    headings: {
      fontWeight: '650',
      // The title of a screen stands the same everywhere: its line is as high as a button beside it.
      sizes: { h1: { fontSize: 'calc(1.625rem * var(--mantine-scale))', lineHeight: 'calc(2.25rem * var(--mantine-scale))' } },
    },
    // Its placeholder for the first focus stands among the menu's items without being one (WCAG 1.3.1); the first item takes the focus instead.
    components: { Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false } }) },
    cursorType: 'pointer',
    // Who asked the system for less motion gets none.
    respectReducedMotion: true,
    autoContrast: true,
    luminanceThreshold: 0.35,
  })
}

/** Mantine's own grey for secondary text and its red for what is wrong have 3.3:1 on white; WCAG 2.2 AA asks for 4.5:1. */
export const benchVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#566069', '--mantine-color-placeholder': '#6a737c', '--mantine-color-error': '#c92a2a' },
  dark: { '--mantine-color-dimmed': '#b2b8be', '--mantine-color-placeholder': '#9aa1a8', '--mantine-color-error': '#ff8787' },
})
