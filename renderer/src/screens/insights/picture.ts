/** A chart as a picture: its SVG with the styles that the page gave it, on the page's ground. */

import { Refusal } from '../../components/tell.tsx'

const styled = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'display',
  'visibility',
]

/** What stands above the chart in the picture: what it shows, of when, and which colour (of the theme, such as `red.7`) is what. */
export type Caption = { title: string; about: string; series: readonly { name: string; color?: string | undefined }[] }

export function svgOf(chart: HTMLElement, { title, about, series }: Caption): { text: string; width: number; height: number } {
  const drawn = chart.querySelector<SVGSVGElement>('svg.recharts-surface')
  if (!drawn) throw new Refusal('There is no chart to save yet')
  const { width, height } = drawn.getBoundingClientRect()
  const copy = drawn.cloneNode(true) as SVGSVGElement // a clone of an svg is one
  const from = [drawn, ...drawn.querySelectorAll('*')]
  for (const [index, element] of [copy, ...copy.querySelectorAll('*')].entries()) {
    const source = from[index]
    if (!source) continue
    const style = getComputedStyle(source)
    for (const name of styled) element.setAttribute(name, style.getPropertyValue(name))
    element.removeAttribute('class')
    element.removeAttribute('style')
    element.removeAttribute('tabindex')
  }
  const room = series.length > 1 ? 74 : 52
  const page = getComputedStyle(document.body)
  const whole = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  for (const [name, value] of Object.entries({ width, height: height + room, viewBox: `0 0 ${width} ${height + room}` })) {
    whole.setAttribute(name, String(value))
  }
  const ground = document.createElementNS(whole.namespaceURI, 'rect')
  for (const [name, value] of Object.entries({ width, height: height + room, fill: page.backgroundColor }))
    ground.setAttribute(name, String(value))
  const text = (y: number, size: number, weight: number) => {
    const words = document.createElementNS(whole.namespaceURI, 'text')
    const looks = { x: 12, y, fill: page.color, 'font-family': page.fontFamily, 'font-size': size, 'font-weight': weight }
    for (const [name, value] of Object.entries(looks)) words.setAttribute(name, String(value))
    return words
  }
  const heading = text(22, 15, 650)
  heading.textContent = title
  const below = text(42, 12, 400)
  below.textContent = about
  const legend = text(62, 12, 400)
  for (const { name, color } of series.length > 1 ? series : []) {
    const mark = document.createElementNS(whole.namespaceURI, 'tspan')
    mark.textContent = '■'
    mark.setAttribute('fill', color ? page.getPropertyValue(`--mantine-color-${color.replace('.', '-')}`) : page.color)
    legend.append(mark, `\u00A0${name}\u2003`)
  }
  copy.setAttribute('y', String(room))
  whole.append(ground, heading, below, legend, copy)
  return { text: new XMLSerializer().serializeToString(whole), width, height: height + room }
}

/** Twice as fine as on the screen. */
export async function pngOf({ text, width, height }: { text: string; width: number; height: number }): Promise<Blob> {
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = address
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = Math.ceil(width * 2)
    canvas.height = Math.ceil(height * 2)
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
    const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (!png) throw new Refusal('The picture could not be drawn')
    return png
  } finally {
    URL.revokeObjectURL(address)
  }
}
