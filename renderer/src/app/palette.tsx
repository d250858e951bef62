/** The command palette: what can be done, and every device, workflow and sample, found by typing. */

import { Spotlight, type SpotlightStore } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { IconSearch, type TablerIcon } from '@tabler/icons-react'
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react'
import type { Command } from './commands.tsx'
import { fits, useHits } from './palette-hits.ts'

const listId = 'palette-list'

type Entry = { key: string; label: string; description: string; icon: TablerIcon; run: () => void }
type Group = { label: string; entries: Entry[] }

type Props = { store: SpotlightStore; commands: readonly Command[]; goTo: (address: string) => void }

export function Palette({ store, commands, goTo }: Props) {
  const [query, setQuery] = useState('')
  /** Enter was pressed before the lab had answered. */
  const [isAwaited, setAwaited] = useState(false)
  /** The person has gone to an entry by the arrow keys. */
  const isChosen = useRef(false)
  const text = query.trim()
  const { groups: found, isSettled, canAsk } = useHits(text, isAwaited)

  const fitting = commands.filter(({ label, words }) => fits(`${label} ${words}`, text))
  const ofLab = (isExact: boolean) =>
    found
      .filter((group) => group.isExact === isExact)
      .map(({ label, hits }) => ({
        label,
        entries: hits.map(({ id, address, ...hit }) => ({ ...hit, key: id, run: () => goTo(address) })),
      }))
  const ofCommands = { label: 'Commands', entries: fitting.map((command) => ({ ...command, key: command.label })) }
  const groups: Group[] = [...ofLab(true), ...(fitting.length > 0 ? [ofCommands] : []), ...ofLab(false)]

  useLayoutEffect(() => {
    if (text === '') return
    keepSelection(store, isChosen.current)
    if (!isAwaited || !isSettled) return
    setAwaited(false)
    runSelected()
  })

  function takeQuery(next: string): void {
    isChosen.current = false
    setAwaited(false)
    setQuery(next)
  }

  /** Before Spotlight's own: at Enter it would run what an unfinished search has on top. */
  function onKeyDownCapture(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') isChosen.current = true
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    if (text === '' || isSettled || isChosen.current) runSelected()
    else setAwaited(true)
  }

  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={takeQuery}
      onSpotlightClose={() => setAwaited(false)}
      shortcut="mod + K"
      // Also from within a field.
      tagsToIgnore={[]}
      triggerOnContentEditable
      attributes={{ content: { 'aria-label': 'Find' } }}
      scrollable
      maxHeight="min(32rem, 70vh)"
      size="lg"
    >
      <div onKeyDownCapture={onKeyDownCapture}>
        <Spotlight.Search
          placeholder="What do you want to do, or find?"
          aria-label="Find a command, device, workflow or sample"
          leftSection={<IconSearch aria-hidden size="1.2em" />}
        />
      </div>
      <Spotlight.ActionsList id={listId}>
        {groups.map(({ label, entries }) => (
          <Spotlight.ActionsGroup key={label} label={label}>
            {entries.map(({ key, ...entry }) => (
              <Action key={key} {...entry} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && (
          <Spotlight.Empty>{!isSettled ? 'Looking …' : canAsk ? 'Nothing is called that' : 'The lab cannot be asked now'}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

function Action({ label, description, icon: Icon, run }: Omit<Entry, 'key'>) {
  return (
    <Spotlight.Action
      label={label}
      description={description}
      leftSection={<Icon aria-hidden size="1.3em" stroke={1.75} />}
      // Mantine's own is too pale on the one that is chosen (WCAG 1.4.3).
      styles={{ actionDescription: { opacity: 0.9 } }}
      onClick={run}
    />
  )
}

/**
 * Spotlight marks the selected entry in the document and counts on from its place; entries that come and go it does not heed.
 * @param isChosen the person's own choice stays, else the first is selected
 */
function keepSelection(store: SpotlightStore, isChosen: boolean): void {
  const actions = [...document.querySelectorAll(`#${listId} [data-action]`)]
  const selected = actions.findIndex((action) => action.hasAttribute('data-selected'))
  const next = isChosen && selected >= 0 ? selected : 0
  if (next !== selected) {
    actions[selected]?.removeAttribute('data-selected')
    actions[next]?.setAttribute('data-selected', 'true')
  }
  if (store.getState().selected !== next) store.updateState((state) => ({ ...state, selected: next }))
}

function runSelected(): void {
  document.querySelector<HTMLElement>(`#${listId} [data-selected]`)?.click()
}
