/** One point of a device; opened, why its value is what it is. */
import { useState } from 'preact/hooks'
import type { PointOrigin, SeriesTold } from '../../local/pages.ts'
import { useDesk } from '../browser/desk.ts'
import { rangeOf } from '../curve.ts'
import { digitsOf, isNumeric, nameOf, pointLabel, valueText } from '../labels.ts'
import { known } from '../rulers.ts'
import { Facts } from '../parts/form.tsx'
import { Age, Quality } from '../parts/marks.tsx'
import { Spark } from '../parts/spark.tsx'
import { useSeen, useSeries } from '../parts/use-series.ts'
import { useWidth } from '../parts/use-width.ts'
import { counterWords, pollWords } from '../words/field.ts'
import { rawSum } from '../sums.ts'
import { Own } from '../parts/text.tsx'

export function Point({ origin, driver }: { readonly origin: PointOrigin; readonly driver: string }) {
  const { store, form, say, language } = useDesk()
  const [at, seen] = useSeen<HTMLLIElement>()
  const [isOpen, setOpen] = useState(false)
  const hasCurve = isNumeric(origin.quantity)
  const series = useSeries(origin.point, hasCurve && seen)
  const heard = store.point(origin.point).value ?? { told: origin, heardMs: store.tick.peek() }
  const { told } = heard
  return (
    <li ref={at} class="point">
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span class="what">
            <Own>{pointLabel(origin.point, origin.quantity, language)}</Own>
            <code>{nameOf(origin.point)}</code>
          </span>
          {hasCurve && series.body.value !== undefined ? (
            <Spark series={series.body.value} width={96} height={28} />
          ) : (
            <span class="spark" />
          )}
          <span class="value">{valueText(told, form, say) ?? say('point.no-value')}</span>
          <span class="how">
            <Quality state={told.state} {...(told.reason === undefined ? {} : { reason: told.reason })} />
            <Age heard={heard} />
          </span>
        </summary>
        {isOpen && (
          <div class="why">
            <h3>{say('point.why')}</h3>
            <Why origin={origin} driver={driver} />
            {hasCurve && (
              <>
                <h3>{say('point.hour')}</h3>
                {series.body.value === undefined ? null : <Hour origin={origin} series={series.body.value} />}
              </>
            )}
          </div>
        )}
      </details>
    </li>
  )
}

function Why({ origin, driver }: { readonly origin: PointOrigin; readonly driver: string }) {
  const { form, say, language } = useDesk()
  const { register, encoding, order, factor, offset, raw, releases } = origin
  const sum = rawSum(origin, form)
  const read = Date.parse(origin.at)
  return (
    <Facts
      rows={[
        [say('point.driver'), <code>{register === undefined ? driver : `modbus, ${driver}`}</code>],
        [say('point.register'), register === undefined ? say('point.no-register') : <code>{register}</code>],
        [
          say('point.encoding'),
          <>
            <code>{encoding}</code>
            {order !== undefined && <>, {say('point.order', { order })}</>}, × {form.number(factor, digitsFor(factor))}
          </>,
        ],
        [say('point.raw'), raw === undefined ? say('point.no-raw') : <Raw raw={raw} />],
        ...(offset === undefined
          ? []
          : ([
              [
                say('point.offset'),
                say('point.offset-text', {
                  value: form.quantity(offset.value, origin.unit, digitsOf(origin.quantity)),
                  since: form.exact(Date.parse(offset.since)),
                  what: known(counterWords, offset.what, language),
                }),
              ],
            ] as const)),
        ...(sum === undefined ? [] : ([[say('point.sum'), <code class="sum">{sum}</code>]] as const)),
        [
          say('point.poll'),
          say('point.poll-class', {
            class: known(pollWords, origin.poll, language),
            period: form.span(origin.period_ms),
          }),
        ],
        [say('point.read-at'), Number.isNaN(read) ? '–' : form.exact(read)],
        [say('point.leaves'), releases.length === 0 ? say('point.home') : releases.join(', ')],
      ]}
    />
  )
}

function digitsFor(factor: number): number {
  return Math.min(6, Math.max(0, -Math.floor(Math.log10(Math.abs(factor) || 1))))
}

function Raw({ raw }: { readonly raw: readonly number[] }) {
  const { say } = useDesk()
  return (
    <table class="raw">
      <tbody>
        <tr>
          <th scope="row">{say('point.hex')}</th>
          {raw.map((register, index) => (
            <td key={index}>{register.toString(16).toUpperCase().padStart(4, '0')}</td>
          ))}
        </tr>
        <tr>
          <th scope="row">{say('point.decimal')}</th>
          {raw.map((register, index) => (
            <td key={index}>{register}</td>
          ))}
        </tr>
      </tbody>
    </table>
  )
}

function Hour({ origin, series }: { readonly origin: PointOrigin; readonly series: SeriesTold }) {
  const { form, say, language } = useDesk()
  const [at, width] = useWidth(320)
  const range = rangeOf(series.samples)
  if (range === undefined) return <p>{say('point.hour-none')}</p>
  const digits = digitsOf(origin.quantity)
  const text = (value: number) => form.quantity(value, origin.unit, digits)
  return (
    <div ref={at}>
      <Spark series={series} width={width} height={72} />
      <p class="spark-ends">
        <span>{form.time(Date.parse(series.from))}</span>
        <span>{say('point.hour-range', { least: text(range[0]), most: text(range[1]) })}</span>
        <span>{form.time(Date.parse(series.until))}</span>
      </p>
      <details>
        <summary>{say('point.table')}</summary>
        <table>
          <caption class="unseen">
            {say('point.hour-of', { point: pointLabel(origin.point, origin.quantity, language) })}
          </caption>
          <thead>
            <tr>
              <th scope="col">{say('point.at')}</th>
              <th scope="col" class="number">
                {say('point.value')}
              </th>
            </tr>
          </thead>
          <tbody>
            {series.samples.map(([moment, value]) => (
              <tr key={moment}>
                <td class="when">{form.exact(moment)}</td>
                <td class="number">{value === null ? say('point.no-value') : text(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  )
}
