/** The last hour of a point, as a line without axes; what it says stands beside it, and in a table. */
import type { SeriesTold } from '../../local/pages.ts'
import { linePath, rangeOf, roomyRange, scale } from '../curve.ts'

export function Spark({
  series,
  width,
  height,
}: {
  readonly series: SeriesTold
  readonly width: number
  readonly height: number
}) {
  const range = rangeOf(series.samples)
  const last = series.samples.findLast(([, value]) => value !== null)
  if (range === undefined || last === undefined)
    return <svg class="spark" width={width} height={height} aria-hidden="true" />
  const [least, most] = roomyRange(range)
  const x = scale(Date.parse(series.from), Date.parse(series.until), 1, width - 4)
  const y = scale(least, most, height - 2, 2)
  return (
    <svg
      class="spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      aria-hidden="true"
      focusable="false"
    >
      <path d={linePath(series.samples, x, y)} />
      <circle cx={x.at(last[0])} cy={y.at(last[1] ?? 0)} r="2" />
    </svg>
  )
}
