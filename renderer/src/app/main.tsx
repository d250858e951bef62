/** Puts the app into the page. */

import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient } from '../api/client.ts'
import { createQueryClient } from '../api/lab.tsx'
import { openLine } from '../api/line.ts'
import { currentOperator } from '../components/preferences.ts'
import { App } from './app.tsx'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

const client = createClient(openLine, currentOperator)

createRoot(root).render(
  <StrictMode>
    <App client={client} queryClient={createQueryClient()} />
  </StrictMode>,
)
