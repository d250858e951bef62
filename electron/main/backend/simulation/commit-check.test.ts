import { sql } from 'drizzle-orm'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestLab, type TestLab } from '../../../../tests/support/lab.ts'
import { appendEvent, createLab, type Lab } from '../services/lab.ts'
import { type CommitCheck, createCommitCheck } from './commit-check.ts'

const caller = { actor: 'test', operator: null }

describe('the check before each commit', () => {
  let running: TestLab | undefined
  let lab: Lab
  let check: CommitCheck

  beforeEach(async () => {
    await running?.close()
    running = await startTestLab('embedded', { demoLogs: 0 })
    check = await createCommitCheck(running.lab.database)
    lab = createLab({ ...running.lab, beforeCommit: check.beforeCommit })
  })
  afterAll(() => running?.close())

  /** Leaves a released booking without its time, as no command does, and tells of a device. */
  function breakRule(told: string): Promise<void> {
    return lab.transaction(caller, async (tx) => {
      await tx.execute(sql`insert into device_bookings (device_id, workflow_id, status) values ('incubator-1', 'script', 'released')`)
      appendEvent(tx, { kind: 'device.changed', deviceId: told })
    })
  }
  const rule = 'a released booking has its time, an active one has none'

  test('names the rule, the row that breaks it and the command', async () => {
    await breakRule('incubator-1')
    expect(check.broken()).toEqual({
      at: expect.any(Date),
      events: ['device.changed incubator-1'],
      rules: [{ broken_rule: rule, broken_by: { id: expect.anything() } }],
    })
    expect(check.commits()).toBe(1)
  })

  test('looks at what was touched; the rest is found when everything is looked at', async () => {
    await breakRule('incubator-2')
    expect(check.broken()).toBeUndefined()
    await check.checkAll()
    expect(check.broken()).toMatchObject({ rules: { [rule]: [{ id: expect.anything() }] } })
  })

  test('keeps the first finding', async () => {
    await breakRule('incubator-1')
    const first = check.broken()
    await check.checkAll()
    expect(check.broken()).toBe(first)
  })

  test('a chain of events that somebody changed is found', async () => {
    await lab.transaction(caller, async (tx) => appendEvent(tx, { kind: 'device.changed', deviceId: 'incubator-1' }))
    await lab.database.pool.query(`update events set actor = 'nobody'`)
    await check.checkAll()
    expect(check.broken()).toMatchObject({ rules: { 'the chain of events is whole': [{ id: expect.anything() }] } })
  })
})
