/** Drivers as the screens see them: what a device can do, its settings without its secrets, a refusal that names the field. */

import { describe, expect, it } from 'vitest'
import { contract } from '../../../shared/contract/contract.ts'
import { useLab } from '../../support/lab.ts'
import { openRpc } from '../../support/rpc-client.ts'

describe('drivers over the contract', () => {
  const lab = useLab('embedded', { demoLogs: 0 })

  it('operations, settings and secrets', async () => {
    const page = await openRpc(lab().running.urls.ui)
    const operations = await page.ask('devices.operations', { deviceId: 'plate-reader-1' })
    expect(contract['devices.operations'].output.parse(operations)).toEqual(operations)
    expect(operations).toMatchObject([{ operation: 'plate_read', nominalSeconds: 20, idempotent: true }, { operation: 'shake' }])
    expect(operations[0]?.parameters).toContainEqual(
      expect.objectContaining({ name: 'mode', choices: expect.arrayContaining(['absorbance']) }),
    )

    const config = { base_url: 'http://127.0.0.1:9', token: 'well-kept-secret', heartbeat_seconds: null }
    const made = await page.ask('devices.create', {
      id: 'reader-9',
      name: 'Nine',
      type: 'plate_reader',
      capabilities: [],
      driver: 'http',
      driverConfig: config,
    })
    expect(made).toMatchObject({ driver: 'http', driverConfig: { ...config, token: '•••' } })
    const change = { deviceId: 'reader-9', driverConfig: { ...made.driverConfig, health_path: '/ping' } }
    expect(await page.ask('devices.change', change)).toMatchObject({ driverConfig: { token: '•••', health_path: '/ping' } })
    const { rows } = await lab().lab.database.pool.query("select driver_config->>'token' as token from devices where id = 'reader-9'")
    expect(rows).toEqual([{ token: 'well-kept-secret' }])
    expect(await page.call('devices.change', { deviceId: 'reader-9', driverConfig: { base_url: 'nowhere' } })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input', details: { field: 'driver_config.base_url' } },
    })
    await page.close()
  })
})
