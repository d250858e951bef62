/** The colour of words that warn or that end something: Mantine's own is too light for text (WCAG 2.2, 1.4.3). */

export const dangerText = 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))'
