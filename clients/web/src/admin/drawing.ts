// Draws lines by uPlot, each with its name at its end.
import UPlot from 'uplot'
import type { Line } from './series.ts'
import type { Paints } from './usePaints.ts'

interface Drawing {
  lines: readonly Line[]
  times: number[]
  columns: (number | null)[][]
  paints: Paints
  number: (value: number) => string
  clock: (at: number) => string
}

const HEIGHT = 160
/** Where the names stand. */
const MARGIN = 96
const FONT = '12px "Inter Variable", system-ui, sans-serif'

/** The answer takes it away. */
export function draw(place: HTMLElement, { lines, times, columns, paints, number, clock }: Drawing): () => void {
  const axis = { stroke: paints.quiet, font: FONT, grid: { stroke: paints.hairline, width: 1 }, ticks: { show: false } }
  const plot = new UPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      padding: [12, MARGIN, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, range: (_, least, most) => (most > least ? [least, most] : [least - 30_000, most + 30_000]) }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
      axes: [
        { ...axis, grid: { show: false }, space: 72, values: (_, at) => at.map(clock).map((time, place, all) => (time === all[place - 1] ? '' : time)) },
        { ...axis, size: 52, space: 36, values: (_, at) => at.map(number) },
      ],
      series: [
        {},
        ...lines.map((_, at) => ({ stroke: paintOf(paints, at), width: 1.5, spanGaps: true, points: { show: times.length < 40, size: 5, fill: paintOf(paints, at) } })),
      ],
      hooks: { draw: [(drawn) => names(drawn, lines, paints)] },
    },
    [times, ...columns],
    place,
  )
  const watch = new ResizeObserver(() => plot.setSize({ width: place.clientWidth, height: HEIGHT }))
  watch.observe(place)
  return () => {
    watch.disconnect()
    plot.destroy()
  }
}

const paintOf = ({ lines }: Paints, at: number) => lines[at % lines.length]!

/** Names do not lie on each other: the lower one moves down. */
function names(plot: UPlot, lines: readonly Line[], paints: Paints): void {
  const { ctx } = plot
  const scale = devicePixelRatio
  const height = 15 * scale
  const ends = lines.map(({ name, points }, at) => ({ name, at, y: plot.valToPos(points.at(-1)![1], 'y', true) })).sort((a, b) => a.y - b.y)
  const left = plot.bbox.left + plot.bbox.width + 8 * scale
  let below = -Infinity
  ctx.save()
  ctx.font = FONT.replace('12px', `${12 * scale}px`)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const { name, at, y } of ends) {
    below = Math.max(y, below + height)
    ctx.fillStyle = paintOf(paints, at)
    ctx.fillText(shortened(ctx, name, (MARGIN - 12) * scale), left, below)
  }
  ctx.restore()
}

function shortened(ctx: CanvasRenderingContext2D, name: string, most: number): string {
  if (ctx.measureText(name).width <= most) return name
  let text = name
  while (text.length > 1 && ctx.measureText(`${text}…`).width > most) text = text.slice(0, -1)
  return `${text}…`
}
