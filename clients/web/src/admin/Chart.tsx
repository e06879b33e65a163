// One measure over a call's time: thin lines with their names at their ends, and the same as a table.
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { clock } from '../app/times.ts'
import { draw } from './drawing.ts'
import { aligned, units, type ChartName, type Line } from './series.ts'
import { usePaints } from './usePaints.ts'
import 'uplot/dist/uPlot.min.css'
import './chart.css'

export default function Chart({ chart, lines }: { chart: ChartName; lines: readonly Line[] }) {
  const { t, i18n } = useTranslation()
  const place = useRef<HTMLDivElement>(null)
  const paints = usePaints(place)
  const what = t(`adminCalls.chart.${chart}`)
  const unit = units[chart]
  const { times, columns } = aligned(lines)
  const number = (value: number) => new Intl.NumberFormat(i18n.language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)
  const [from, until] = [times[0]!, times.at(-1)!].map((at) => clock(i18n.language, at)) as [string, string]
  useEffect(() => {
    if (!place.current || !paints) return
    return draw(place.current, { lines, times, columns, paints, number, clock: (at) => clock(i18n.language, at) })
  }, [lines.length, times.length, paints, i18n.language])
  return (
    <figure className="chart">
      <figcaption>
        <h3>
          {what} <span className="small quiet">{unit}</span>
        </h3>
      </figcaption>
      <div ref={place} className="chart-drawing" role="img" aria-label={t('adminCalls.chartOf', { what, unit, from, until })} />
      <details>
        <summary className="small">{t('adminCalls.table')}</summary>
        <div className="admin-scroll" tabIndex={0} role="region" aria-label={`${what}, ${unit}`}>
          <table className="admin-table figures">
            <thead>
              <tr>
                <th scope="col">{t('adminCalls.time')}</th>
                {lines.map(({ name }, at) => (
                  <th key={at} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((at, row) => (
                <tr key={at}>
                  <th scope="row">{clock(i18n.language, at)}</th>
                  {columns.map((column, place) => (
                    <td key={place}>{column[row] == null ? '–' : number(column[row])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  )
}
