/** The command palette: what can be done, and every device, workflow and sample, found by typing. */

import { useDebouncedValue } from '@mantine/hooks'
import { Spotlight } from '@mantine/spotlight'
import '@mantine/spotlight/styles.css'
import { IconCpu, IconFlask, IconListDetails, IconSearch, type TablerIcon } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useLab } from '../api/lab.tsx'
import { workflowLooks } from '../components/state.tsx'
import type { Command } from './commands.tsx'

/** Of each kind; whoever wants more types more. */
const shown = 6

export function Palette({ commands, goTo }: { commands: readonly Command[]; goTo: (address: string) => void }) {
  const [query, setQuery] = useState('')
  const text = query.trim()
  const found = commands.filter(({ label, words }) => fits(`${label} ${words}`, text))
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      attributes={{ content: { 'aria-label': 'Find' } }}
      scrollable
      maxHeight="min(32rem, 70vh)"
      size="lg"
    >
      <Spotlight.Search
        placeholder="What do you want to do, or find?"
        aria-label="Find a command, device, workflow or sample"
        leftSection={<IconSearch aria-hidden size="1.2em" />}
      />
      <Spotlight.ActionsList>
        {found.length > 0 && (
          <Spotlight.ActionsGroup label="Commands">
            {found.map(({ label, description, icon, run }) => (
              <Entry key={label} label={label} description={description} icon={icon} onRun={run} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {text !== '' && <Finds text={text} goTo={goTo} />}
        {text === '' && found.length === 0 && <Spotlight.Empty>Nothing is called that</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  )
}

/** Only there while the palette is open and something is typed. */
function Finds({ text, goTo }: { text: string; goTo: (address: string) => void }) {
  const [settled] = useDebouncedValue(text, 150)
  const devices = useLab('devices.list', {})
  const workflows = useLab(
    'workflows.list',
    { text: settled, limit: shown },
    { enabled: settled !== '', placeholderData: (before) => before },
  )
  const samples = useLab('samples.list', { text: settled, limit: shown }, { enabled: settled !== '', placeholderData: (before) => before })
  // Spotlight chooses the first as somebody types; what comes later it leaves unchosen, and Enter would do nothing or something else.
  useEffect(() => {
    if (!devices.data && !workflows.data && !samples.data) return
    const list = document.querySelector('[data-action]')?.closest('[id]')
    list?.querySelector('[data-selected]')?.removeAttribute('data-selected')
    list?.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
  }, [devices.data, workflows.data, samples.data])
  const fitting = (devices.data ?? []).filter(({ id, name }) => fits(`${name} ${id}`, text)).slice(0, shown)
  // A barcode that was scanned or typed whole is what is meant, whichever workflows have it too.
  const scanned = samples.data?.rows.some(({ barcode }) => barcode.toLowerCase() === text.toLowerCase())
  const sampleGroup = samples.data && samples.data.rows.length > 0 && (
    <Spotlight.ActionsGroup label="Samples">
      {samples.data.rows.map(({ barcode, name, location }) => (
        <Entry
          key={barcode}
          label={barcode}
          description={[name, location && `${location.plate} ${location.well}`].filter(Boolean).join(' · ')}
          icon={IconFlask}
          onRun={() => goTo(`/samples?sample=${encodeURIComponent(JSON.stringify(barcode))}`)}
        />
      ))}
    </Spotlight.ActionsGroup>
  )
  return (
    <>
      {fitting.length > 0 && (
        <Spotlight.ActionsGroup label="Devices">
          {fitting.map(({ id, name }) => (
            <Entry
              key={id}
              label={name}
              description={`${id}: its queue`}
              icon={IconCpu}
              onRun={() => goTo(`/queues?device=${encodeURIComponent(id)}`)}
            />
          ))}
        </Spotlight.ActionsGroup>
      )}
      {scanned && sampleGroup}
      {workflows.data && workflows.data.rows.length > 0 && (
        <Spotlight.ActionsGroup label="Workflows">
          {workflows.data.rows.map(({ id, name, status, deviceId }) => (
            <Entry
              key={id}
              label={name}
              description={`${workflowLooks[status].word} · ${deviceId}`}
              icon={IconListDetails}
              onRun={() => goTo(`/workflows/${id}`)}
            />
          ))}
        </Spotlight.ActionsGroup>
      )}
      {!scanned && sampleGroup}
    </>
  )
}

type EntryProps = { label: string; description: string; icon: TablerIcon; onRun: () => void }

function Entry({ label, description, icon: Icon, onRun }: EntryProps) {
  return (
    <Spotlight.Action
      label={label}
      description={description}
      leftSection={<Icon aria-hidden size="1.3em" stroke={1.75} />}
      // Mantine's own is too pale on the one that is chosen (WCAG 1.4.3).
      styles={{ actionDescription: { opacity: 0.9 } }}
      onClick={onRun}
    />
  )
}

/** Every word of the query somewhere in the text. */
function fits(text: string, query: string): boolean {
  const lower = text.toLowerCase()
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word))
}
