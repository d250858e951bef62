/** All that the page gets from Electron. Sandboxed, so it is built into a single CommonJS file. */

import { contextBridge } from 'electron'
import { version } from '../../package.json'

contextBridge.exposeInMainWorld('benchkeeper', { version })
