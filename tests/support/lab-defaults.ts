/** What a lab for a test is started with unless the test says otherwise. */

import type { Options } from '../../electron/main/backend/options.ts'

export const defaults: Options = {
  dataDir: '',
  databaseUrl: undefined,
  devicePort: 0,
  workflowPort: 0,
  uiPort: 0,
  psqlPort: undefined,
  demo: true,
  demoLogs: 200,
  simSpeed: 0,
  corsOrigins: [],
  token: undefined,
  host: '127.0.0.1',
  allowedHosts: [],
}
