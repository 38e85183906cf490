/** A night from noon to noon: what is planned, with its reasons, what the lamps said, who commanded, and where we are. */
import type { TonightTold } from '../../local/pages.ts'
import { useDesk } from '../browser/desk.ts'
import { hourTicks, scale, stepArea, stepPath, stepsOf, type Step } from '../curve.ts'
import { groundText, isCommand } from '../rulers.ts'
import { useWidth } from './use-width.ts'

const height = 190
const edge = { left: 34, right: 22, top: 14, bottom: 44 }

export function NightCurve({ told }: { readonly told: TonightTold }) {
  const { form, say, store, language } = useDesk()
  const [at, width] = useWidth(340)
  const [fromMs, untilMs] = [Date.parse(told.from), Date.parse(told.until)]
  const nowMs = store.now.value
  const x = scale(fromMs, untilMs, edge.left, width - edge.right)
  const y = scale(0, 100, height - edge.bottom, edge.top)
  const plan = told.plan.map(({ from, until, level, ground }): Step & { ground: string } => ({
    fromMs: Date.parse(from),
    untilMs: Date.parse(until),
    level,
    ground,
  }))
  const actual = stepsOf(told.actual, Math.min(nowMs, untilMs))
  const commanded = commandedIn(told, Math.min(nowMs, untilMs))
  const floorY = height - edge.bottom
  const nowX = x.at(nowMs)
  return (
    <figure class="night-curve" ref={at}>
      <figcaption class="unseen">{say('curve.title')}</figcaption>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true" focusable="false">
        {[0, 50, 100].map((level) => (
          <g key={level}>
            <line class="grid" x1={edge.left} x2={width - edge.right} y1={y.at(level)} y2={y.at(level)} />
            <text class="tick" x={edge.left - 6} y={y.at(level) + 4} text-anchor="end">
              {level}
            </text>
          </g>
        ))}
        {hourTicks(fromMs, untilMs, width < 560 ? 6 : 3).map((tick) => (
          <g key={tick}>
            <line class="grid" x1={x.at(tick)} x2={x.at(tick)} y1={floorY} y2={floorY + 4} />
            <text class="tick" x={x.at(tick)} y={height - 4} text-anchor="middle">
              {form.time(tick)}
            </text>
          </g>
        ))}
        <path class="plan-area" d={stepArea(plan, x, y)} />
        <path class="plan" d={stepPath(plan, x, y)} />
        {commanded.map(({ fromMs: start, untilMs: end }) => (
          <rect
            key={start}
            class="commanded"
            x={x.at(start)}
            width={Math.max(2, x.at(end) - x.at(start))}
            y={floorY + 1}
            height={5}
          />
        ))}
        <path class="actual" d={stepPath(actual, x, y)} />
        {plan.map(({ fromMs: start, untilMs: end, ground }) => {
          const text = groundText(ground, language)
          const room = x.at(end) - x.at(start)
          return room < text.length * 6.4 + 4 ? null : (
            <text key={start} class="reason" x={(x.at(start) + x.at(end)) / 2} y={floorY + 22} text-anchor="middle">
              {text}
            </text>
          )
        })}
        {nowMs >= fromMs && nowMs < untilMs && (
          <g class="now">
            <line x1={nowX} x2={nowX} y1={edge.top - 6} y2={floorY + 6} />
            <text
              x={nowX}
              y={edge.top - 4}
              dx={nowX > width - 90 ? -5 : 5}
              text-anchor={nowX > width - 90 ? 'end' : 'start'}
            >
              {form.time(nowMs)}
            </text>
          </g>
        )}
      </svg>
      <ul class="key" aria-hidden="true">
        <li class="key-plan">{say('curve.planned')}</li>
        <li class="key-actual">{say('curve.actual')}</li>
        {commanded.length > 0 && <li class="key-commanded">{say('curve.commanded')}</li>}
      </ul>
    </figure>
  )
}

function commandedIn({ ruled }: TonightTold, untilMs: number): { fromMs: number; untilMs: number }[] {
  return ruled.flatMap(({ since, ruler }, index) => {
    const next = ruled[index + 1]
    const end = next === undefined ? untilMs : Date.parse(next.since)
    return ruler !== undefined && isCommand(ruler) ? [{ fromMs: Date.parse(since), untilMs: end }] : []
  })
}
