/** A second program on a server: starts an operation that never ends, says so, and waits to be killed. Argument: the options as JSON. */

import { pino } from 'pino'
import { type StartOptions, startLab } from '../../../electron/main/backend/start.ts'
import { createClient } from '../client.ts'

const [, , deviceId = '', options = '{}'] = process.argv
const running = await startLab({ ...(JSON.parse(options) as StartOptions), logger: pino({ level: 'silent' }) })
const { lab } = await running.ready
const device = createClient(running.urls.device)
lab.feed.subscribe((event) => {
  if (event.kind === 'operation.started' && event.deviceId === deviceId) process.send?.(event.data.log_id)
})
await device.post(`/devices/${deviceId}/book`, { workflow_id: 'held' })
await device.post(`/devices/${deviceId}/execute`, { workflow_id: 'held', operation: 'shake', parameters: { simulate: 'hang' } })
