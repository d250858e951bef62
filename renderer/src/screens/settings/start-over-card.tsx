/** A new lab in place of this one. Nothing is deleted: the data of now are kept in a folder beside it. */

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useCommand } from '../../api/lab.tsx'
import { tellDone } from '../../components/tell.tsx'
import { Section } from './section.tsx'

/** Typed before it goes on, so that no slip of the hand does it. */
const word = 'start over'

export function StartOverCard() {
  const [asked, setAsked] = useState<'demo' | 'empty' | null>(null)
  const startOver = useCommand('lab.startOver', {
    onSuccess: ({ keptAt }) => tellDone(`A new lab starts. The data of before are kept in ${keptAt}.`),
  })
  return (
    <Section
      title="Start over"
      about="Puts a new lab in place of this one. The data of now are kept in a folder beside it, and nothing deletes them but you."
    >
      <Group>
        <Button variant="default" loading={startOver.isPending} onClick={() => setAsked('demo')}>
          New demo lab …
        </Button>
        <Button variant="default" loading={startOver.isPending} onClick={() => setAsked('empty')}>
          Empty lab …
        </Button>
      </Group>
      <Modal
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={asked === 'demo' ? 'Start over with the demo lab?' : 'Start over with an empty lab?'}
        closeButtonProps={{ 'aria-label': 'Close' }}
        centered
      >
        <Confirm
          onClose={() => setAsked(null)}
          onConfirm={() => {
            startOver.mutate({ demo: asked === 'demo' })
            setAsked(null)
          }}
        />
      </Modal>
    </Section>
  )
}

function Confirm({ onClose, onConfirm }: { onClose: () => void; onConfirm: () => void }) {
  const [typed, setTyped] = useState('')
  const sure = typed.trim().toLowerCase() === word
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (sure) onConfirm()
      }}
    >
      <Stack>
        <Text>Devices, workflows, samples and the history of now will not be in the new lab. What runs is interrupted.</Text>
        <TextInput
          label={`Type “${word}” to go on`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Leave it as it is
          </Button>
          <Button type="submit" color="red.8" disabled={!sure}>
            Start over
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
