import { describe, expect, it } from 'vitest'
import { type WaitingWorkflow, whyItWaits } from './waiting.ts'

const step = (stepIndex: number, more: Partial<WaitingWorkflow['steps'][number]> = {}) => ({
  stepIndex,
  operation: 'read',
  status: 'pending' as const,
  error: null,
  retryAt: null,
  deviceId: null,
  ...more,
})
const workflow: WaitingWorkflow = {
  status: 'running',
  deviceId: 'd1',
  gaveWay: false,
  pauseRequested: null,
  auto: true,
  steps: [step(0, { status: 'completed' }), step(1)],
  waitsFor: [],
  holds: [{ deviceId: 'd1', device: { connection: 'online' } }],
}

describe('why a workflow does not go on', () => {
  it('no reason while it goes on, has not begun or is over', () => {
    for (const status of ['created', 'running', 'completed', 'failed', 'cancelled'] as const) {
      expect(whyItWaits({ ...workflow, status })).toEqual([])
    }
  })

  it('the device that it, or one of its steps, waits for', () => {
    expect(whyItWaits({ ...workflow, status: 'queued', waitsFor: [{ deviceId: 'd1', stepIndex: null }] })).toEqual([
      'It waits for the device "d1"',
    ])
    expect(whyItWaits({ ...workflow, gaveWay: true, waitsFor: [{ deviceId: 'd2', stepIndex: 1 }] })).toEqual([
      'Step 1 "read" waits for the device "d2"',
      'It let others have the device "d1", which waited in a circle with it',
    ])
  })

  it('the time of the next attempt, while it runs', () => {
    const failed = { ...workflow, steps: [step(0, { error: 'Jammed', retryAt: new Date('2025-01-15T10:00:00Z') })] }
    expect(whyItWaits(failed)).toEqual(['Step 0 "read" is tried again at 2025-01-15T10:00:00.000Z: Jammed'])
    expect(whyItWaits({ ...failed, auto: false })).toEqual(['Step 0 "read" may be tried again: Jammed'])
    expect(whyItWaits({ ...failed, status: 'paused' })).toEqual(['It is paused until somebody resumes it'])
  })

  it('the device of its next step, while nobody reaches it', () => {
    const offline = (deviceId: string) => ({ deviceId, device: { connection: 'offline' as const } })
    expect(whyItWaits({ ...workflow, holds: [offline('d1')] })).toEqual(['The device "d1" is offline'])
    const elsewhere = { ...workflow, steps: [step(0, { deviceId: 'd2' })] }
    expect(whyItWaits({ ...elsewhere, holds: [offline('d1')] })).toEqual([])
    expect(whyItWaits({ ...elsewhere, holds: [offline('d2')] })).toEqual(['The device "d2" is offline'])
    expect(whyItWaits({ ...workflow, steps: [step(0, { status: 'running' }), step(1)], holds: [offline('d1')] })).toEqual([])
  })

  it('its own device, which somebody released', () => {
    const sentence = 'Somebody released its device "d1"; pause and resume it to book the device again'
    expect(whyItWaits({ ...workflow, holds: [] })).toEqual([sentence])
    expect(whyItWaits({ ...workflow, holds: [], steps: [step(0, { deviceId: 'd2' })] })).toEqual([])
    expect(whyItWaits({ ...workflow, holds: [], waitsFor: [{ deviceId: 'd1', stepIndex: 1 }] })).not.toContain(sentence)
  })

  it('a pause that is to come', () => {
    expect(whyItWaits({ ...workflow, pauseRequested: 'hold_device' })).toEqual(['It pauses when its running operation has ended'])
  })

  it('the step that a person has to decide on', () => {
    const steps = [step(0, { status: 'failed', error: 'Jammed' }), step(1)]
    for (const status of ['awaiting_recovery', 'interrupted'] as const) {
      expect(whyItWaits({ ...workflow, status, steps })).toEqual(['Somebody has to decide on step 0 "read": Jammed'])
    }
  })
})
