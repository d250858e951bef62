/** Which keys there are, and the switch for those that need no Ctrl. */

import { Kbd, Modal, Stack, Switch, Table, Text } from '@mantine/core'
import { Fragment } from 'react'
import { usePreferences } from '../components/preferences.ts'
import { screens } from './screens.tsx'

const apple = /Mac|iPad|iPhone/.test(navigator.platform)

const groups: readonly { title: string; keys: readonly (readonly [keys: string, does: string])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      [`${apple ? '⌘' : 'Ctrl'} K`, 'Find a command, device, workflow or sample'],
      ['?', 'Show the keys'],
      ['Esc', 'Close what is open'],
      ...screens.map(({ name, keys }) => [keys, `Go to ${name}`] as const),
    ],
  },
  {
    title: 'In a queue, on the handle of an entry',
    keys: [
      ['Space', 'Take it up, or put it down'],
      ['↑ ↓', 'Move it'],
      ['Esc', 'Leave it where it was'],
    ],
  },
  {
    title: 'In the lists of workflows and samples',
    keys: [
      ['/', 'Find'],
      ['↑ ↓', 'From line to line; Page, Home and End go further'],
      ['Enter', 'Open the line'],
    ],
  },
  {
    title: 'On a plate',
    keys: [
      ['← ↑ → ↓', 'From well to well; with Shift they choose'],
      ['Space', 'Choose the well, or leave it'],
      [`${apple ? '⌘' : 'Ctrl'} A`, 'Choose every filled well'],
      ['Enter', 'Open the well, or fill it'],
    ],
  },
]

export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { keys, setKeys } = usePreferences()
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" size="lg" closeButtonProps={{ 'aria-label': 'Close' }}>
      <Stack>
        {groups.map(({ title, keys: list }) => (
          <Table key={title} verticalSpacing={4} captionSide="top" aria-label={title}>
            <Table.Caption ta="start" fw={650}>
              {title}
            </Table.Caption>
            <Table.Tbody>
              {list.map(([combination, does]) => (
                <Table.Tr key={combination}>
                  <Table.Th scope="row" w="9rem" fw={400}>
                    {combination.split(' ').map((key) => (
                      <Fragment key={key}>
                        <Kbd>{key}</Kbd>{' '}
                      </Fragment>
                    ))}
                  </Table.Th>
                  <Table.Td>{does}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        ))}
        <Switch
          label="Keys without Ctrl are on"
          description="Switch them off when they get in the way of a voice control or a scanner."
          checked={keys}
          onChange={(event) => setKeys(event.currentTarget.checked)}
        />
        <Text size="sm" c="dimmed">
          A barcode scanner types as a keyboard does: a field takes what it types, and on the samples it is heard wherever the focus is.
          Elsewhere it can be taken for keys.
        </Text>
      </Stack>
    </Modal>
  )
}
