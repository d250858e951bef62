import { describe, expect, it } from 'vitest'
import { limitSeconds } from './limit.ts'

const expected = { p50: 20, p90: 24, basedOn: 'measured' } as const

describe('the limit of an operation', () => {
  it('is what the step says, before what the operation says, before what the history says', () => {
    expect(limitSeconds({ step: 7, operation: 90, expected })).toBe(7)
    expect(limitSeconds({ step: null, operation: 90, expected })).toBe(90)
    expect(limitSeconds({ step: null, operation: undefined, expected })).toBe(120)
  })

  it('is at least half a minute when the history alone decides, and only then', () => {
    const short = { p50: 0, p90: 0.1, basedOn: 'measured' } as const
    expect(limitSeconds({ step: null, operation: undefined, expected: short })).toBe(30)
    expect(limitSeconds({ step: 0.5, operation: undefined, expected: short })).toBe(0.5)
  })

  it('is unknown when nothing is', () => {
    expect(limitSeconds({ step: null, operation: undefined, expected: undefined })).toBeUndefined()
  })
})
