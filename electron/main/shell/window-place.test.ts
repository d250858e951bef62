import { expect, test } from 'vitest'
import { boundsOf } from './window-place.ts'

const laptop = { x: 0, y: 25, width: 1440, height: 875 }
const second = { x: 1440, y: 0, width: 1920, height: 1080 }
const place = { x: 1600, y: 100, width: 1200, height: 800, maximized: false }

test('a window opens where it was', () => {
  expect(boundsOf(place, [laptop, second])).toEqual({ x: 1600, y: 100, width: 1200, height: 800 })
})

test('the first time, and when its display is gone, the system chooses the place', () => {
  expect(boundsOf(undefined, [laptop])).toEqual({ width: 1360, height: 860 })
  expect(boundsOf(place, [laptop])).toEqual({ width: 1360, height: 860 })
  expect(boundsOf({ ...place, x: -32_000, y: -32_000 }, [laptop, second])).toEqual({ width: 1360, height: 860 })
})

test.each([
  ['its title bar is above the display', { ...place, x: 100, y: -10 }],
  ['its title bar is below the display', { ...place, x: 100, y: 880 }],
  ['only a sliver is left on the right', { ...place, x: 1400, y: 100 }],
  ['only a sliver is left on the left', { ...place, x: -1150, y: 100 }],
])('a window that nobody could move counts as gone: %s', (_, lost) => {
  expect(boundsOf(lost, [laptop])).not.toHaveProperty('x')
})

test('it is never smaller than the screens need', () => {
  expect(boundsOf({ ...place, width: 10, height: 10 }, [laptop, second])).toMatchObject({ width: 1024, height: 640 })
})
