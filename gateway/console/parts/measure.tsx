/** One point in one line: what, how much, how good, how old. */
import { useDesk } from '../browser/desk.ts'
import { pointLabel, valueText } from '../labels.ts'
import { Age, Quality } from './marks.tsx'
import { Own } from './text.tsx'

export function Measure({ point }: { readonly point: string }) {
  const { store, form, say, language } = useDesk()
  const heard = store.point(point).value
  if (heard === undefined) return null
  const { told } = heard
  return (
    <li class="measure">
      <span class="what">
        <Own>{pointLabel(point, told.quantity, language)}</Own>
      </span>
      <span class="value">{valueText(told, form, say) ?? say('point.no-value')}</span>
      <Quality state={told.state} {...(told.reason === undefined ? {} : { reason: told.reason })} />
      <Age heard={heard} />
    </li>
  )
}
