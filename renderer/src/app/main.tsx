/** Puts the app into the page. */

import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Welcome } from './welcome.tsx'
import './app.css'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')

createRoot(root).render(
  <StrictMode>
    <Welcome servedByLab={location.protocol !== 'file:'} />
  </StrictMode>,
)
