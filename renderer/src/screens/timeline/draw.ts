/** Draws a timeline: axis, lanes, runs, steps, sums and the line of now. A canvas, because thousands of spans move at once. */

import { formatClock, formatDay } from '../../components/time-format.ts'
import type { Item, Lane } from './lanes.ts'
import { marksOf, spanOf, type TimeWindow } from './time-window.ts'

/** Pixels. */
export const axisHeight = 34
export const laneHeight = 76
const runTop = 8
const runHeight = 24
const stepTop = 38
const stepHeight = 30
const markApart = 90
const leastOutline = 6

export type Colours = Readonly<
  Record<'text' | 'dim' | 'grid' | 'lane' | 'run' | 'runText' | 'good' | 'onGood' | 'active' | 'bad' | 'onFill' | 'now' | 'focus', string>
>

export const light: Colours = {
  text: '#212529',
  dim: '#5c636a',
  grid: '#dee2e6',
  lane: '#f8f9fa',
  run: '#d3e7ec',
  runText: '#00404f',
  good: '#51a1b5',
  onGood: '#06222a',
  active: '#05657d',
  bad: '#c92a2a',
  onFill: '#ffffff',
  now: '#c2255c',
  focus: '#000000',
}

export const dark: Colours = {
  text: '#e9ecef',
  dim: '#adb5bd',
  grid: '#3b3f43',
  lane: '#1b1d1f',
  run: '#1b5a69',
  runText: '#d3e7ec',
  good: '#13708a',
  onGood: '#ffffff',
  active: '#66c3d9',
  bad: '#ff8787',
  onFill: '#101214',
  now: '#ff8fb6',
  focus: '#ffffff',
}

export type Scene = {
  window: TimeWindow
  lanes: readonly Lane[]
  now: number
  focusKey: string | undefined
  focusLane: string | undefined
  colours: Colours
  width: number
  font: string
}

export function draw(context: CanvasRenderingContext2D, scene: Scene): void {
  const { lanes, width, colours, font } = scene
  context.clearRect(0, 0, width, axisHeight + lanes.length * laneHeight)
  context.font = `12px ${font}`
  context.textBaseline = 'middle'
  for (const [index] of lanes.entries()) {
    context.fillStyle = index % 2 === 0 ? colours.lane : 'transparent'
    context.fillRect(0, axisHeight + index * laneHeight, width, laneHeight)
  }
  drawAxis(context, scene)
  for (const [index, lane] of lanes.entries()) drawLane(context, scene, lane, axisHeight + index * laneHeight)
  drawNow(context, scene)
}

export function xOf(time: number, { window, width }: Pick<Scene, 'window' | 'width'>): number {
  return ((time - window.start) / spanOf(window)) * width
}

/** The item at a point of the canvas: what is drawn on top first. */
export function itemAt(
  x: number,
  y: number,
  scene: Pick<Scene, 'window' | 'lanes' | 'width'>,
): { lane: Lane; item: Item | undefined } | undefined {
  const place = Math.floor((y - axisHeight) / laneHeight)
  const lane = y < axisHeight ? undefined : scene.lanes[place]
  if (!lane) return undefined
  const inLane = y - axisHeight - place * laneHeight
  const items = inLane < stepTop - 3 ? lane.runs : lane.steps
  // What is a pixel wide has to be met as well.
  const item = items.findLast(({ start, end }) => xOf(start, scene) - 2 <= x && x <= Math.max(xOf(end, scene), xOf(start, scene) + 2) + 2)
  return { lane, item }
}

function drawAxis(context: CanvasRenderingContext2D, scene: Scene): void {
  const { window, width, lanes, colours } = scene
  const marks = marksOf(window, (spanOf(window) / width) * markApart)
  const isMixed = marks.some(({ isDay }) => !isDay)
  const bottom = axisHeight + lanes.length * laneHeight
  for (const { at, isDay } of marks) {
    const x = Math.round(xOf(at, scene)) + 0.5
    context.strokeStyle = isDay && isMixed ? colours.dim : colours.grid
    context.beginPath()
    context.moveTo(x, axisHeight - 6)
    context.lineTo(x, bottom)
    context.stroke()
    context.fillStyle = isDay ? colours.text : colours.dim
    context.fillText(
      isDay ? formatDay(new Date(at)) : formatClock(new Date(at), { seconds: spanOf(window) < 600_000 }),
      x + 4,
      axisHeight / 2,
    )
  }
}

function drawLane(context: CanvasRenderingContext2D, scene: Scene, lane: Lane, top: number): void {
  for (const item of inSight(lane.runs, scene)) drawRun(context, scene, item, top + runTop)
  for (const item of inSight(lane.steps, scene)) {
    if (item.kind === 'cell') drawCell(context, scene, item, top + stepTop)
    else drawStep(context, scene, item, top + stepTop)
  }
  if (lane.deviceId === scene.focusLane) {
    context.fillStyle = scene.colours.focus
    context.fillRect(0, top, 3, laneHeight)
  }
  const focused = [...lane.runs, ...lane.steps].find(({ key }) => key === scene.focusKey)
  if (focused && lane.deviceId === scene.focusLane) {
    const isRun = focused.kind === 'run'
    const { x, width } = boxOf(focused, scene)
    context.strokeStyle = scene.colours.focus
    context.lineWidth = 2
    context.strokeRect(x - 2, top + (isRun ? runTop : stepTop) - 2, width + 4, (isRun ? runHeight : stepHeight) + 4)
    context.lineWidth = 1
  }
}

function drawRun(context: CanvasRenderingContext2D, scene: Scene, item: Item, top: number): void {
  const { colours } = scene
  const { x, width } = boxOf(item, scene)
  if (item.isForetold) outline(context, scene, item, top, runHeight)
  else {
    context.fillStyle = colours.run
    context.fillRect(x, top, width, runHeight)
  }
  label(context, item.label, { x, width, top, height: runHeight }, item.isForetold ? colours.dim : colours.runText)
}

function drawStep(context: CanvasRenderingContext2D, scene: Scene, item: Item, top: number): void {
  const { colours } = scene
  const { x, width } = boxOf(item, scene)
  if (item.isForetold) {
    // Outlines side by side would run into a solid bar, as if it had happened.
    if (width < leastOutline) {
      context.fillStyle = colours.grid
      context.fillRect(x, top, Math.max(1, width - 1), stepHeight)
      return
    }
    outline(context, scene, item, top, stepHeight)
    label(context, item.label, { x, width, top, height: stepHeight }, colours.dim)
    return
  }
  const isBad = item.status === 'failed' || item.status === 'aborted' || item.status === 'interrupted'
  context.fillStyle = isBad ? colours.bad : item.status === 'running' ? colours.active : colours.good
  context.fillRect(x, isBad ? top - 4 : top, width, isBad ? stepHeight + 4 : stepHeight)
  if (width > 4) {
    // A gap tells neighbours apart.
    context.clearRect(x + width - 1, top - 4, 1, stepHeight + 4)
  }
  const word = isBad ? `✕ ${item.label}` : item.status === 'running' ? `▶ ${item.label}` : item.label
  const ink = isBad || item.status === 'running' ? colours.onFill : colours.onGood
  label(context, word, { x, width, top, height: stepHeight }, ink)
}

/** How busy the device was: the higher, the busier; what did not end well stands at the foot. */
function drawCell(context: CanvasRenderingContext2D, scene: Scene, item: Item, top: number): void {
  const { colours } = scene
  const { x, width } = boxOf(item, scene)
  const high = Math.max(2, (item.busy ?? 0) * stepHeight)
  context.fillStyle = colours.good
  context.fillRect(x, top + stepHeight - high, Math.max(1, width - 1), high)
  if (!item.bad || !item.count) return
  context.fillStyle = colours.bad
  context.fillRect(
    x,
    top + stepHeight - Math.max(2, (item.bad / item.count) * high),
    Math.max(1, width - 1),
    Math.max(2, (item.bad / item.count) * high),
  )
}

/** What is to come is drawn as an outline; the dashed part lasts it with nine in ten. */
function outline(context: CanvasRenderingContext2D, scene: Scene, item: Item, top: number, height: number): void {
  const { x, width } = boxOf(item, scene)
  context.strokeStyle = scene.colours.dim
  context.strokeRect(x + 0.5, top + 0.5, Math.max(1, width - 2), height - 1)
  const latest = xOf(item.latest ?? item.end, scene)
  if (item.kind !== 'run' || latest <= x + width) return
  context.setLineDash([3, 3])
  context.beginPath()
  // Below the run that comes then.
  context.moveTo(x + width, top + height + 2.5)
  context.lineTo(latest, top + height + 2.5)
  context.stroke()
  context.setLineDash([])
}

function drawNow(context: CanvasRenderingContext2D, scene: Scene): void {
  const { now, window, lanes, colours } = scene
  if (now < window.start || now > window.end) return
  const x = Math.round(xOf(now, scene)) + 0.5
  context.strokeStyle = colours.now
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(x, axisHeight - 4)
  context.lineTo(x, axisHeight + lanes.length * laneHeight)
  context.stroke()
  context.lineWidth = 1
  // A flag over the axis, in front of a time that stands there.
  const flag = context.measureText('now').width + 12
  const left = Math.min(Math.max(0, x - flag / 2), scene.width - flag)
  context.fillStyle = colours.now
  context.beginPath()
  context.roundRect(left, 5, flag, axisHeight - 9, 4)
  context.fill()
  context.fillStyle = colours.onFill
  context.fillText('now', left + 6, axisHeight / 2 + 1)
}

type Box = { x: number; width: number; top: number; height: number }

function label(context: CanvasRenderingContext2D, text: string, { x, width, top, height }: Box, colour: string): void {
  const from = Math.max(x, 0)
  const room = x + width - from - 10
  if (room < 24) return
  context.save()
  context.beginPath()
  context.rect(from, top, room + 8, height)
  context.clip()
  context.fillStyle = colour
  context.fillText(fitted(context, text, room), from + 5, top + height / 2)
  context.restore()
}

/** What of a text has room, with a sign that it goes on. */
function fitted(context: CanvasRenderingContext2D, text: string, room: number): string {
  const { width } = context.measureText(text)
  return width <= room ? text : `${text.slice(0, Math.max(1, Math.floor((text.length * room) / width) - 1))}…`
}

function boxOf({ start, end }: Item, scene: Scene): { x: number; width: number } {
  const x = Math.max(-20, xOf(start, scene))
  return { x, width: Math.max(1, Math.min(scene.width + 20, xOf(end, scene)) - x) }
}

function inSight(items: readonly Item[], { window }: Scene): Item[] {
  return items.filter(({ start, end, latest }) => start <= window.end && Math.max(end, latest ?? end) >= window.start)
}
