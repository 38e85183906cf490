/** Fields with their labels, and choices of one among few. */
import { useId } from 'preact/hooks'
import type { ComponentChildren } from 'preact'

export function Field({
  label,
  hint,
  wrong,
  value,
  onValue,
  type = 'text',
  ...input
}: {
  readonly label: string
  readonly hint?: string
  /** why what stands there will not do */
  readonly wrong?: string | undefined
  readonly value: string
  readonly onValue: (text: string) => void
  readonly type?: 'text' | 'password' | 'search'
  readonly name: string
  readonly autocomplete?: string
  readonly required?: boolean
  readonly minLength?: number
  readonly maxLength?: number
}) {
  const id = useId()
  const describedBy = [...(hint === undefined ? [] : [`${id}-hint`]), ...(wrong === undefined ? [] : [`${id}-wrong`])]
  const common = {
    id,
    autocomplete: 'off',
    autocapitalize: 'off',
    ...input,
    value,
    'aria-invalid': wrong === undefined ? undefined : true,
    'aria-describedby': describedBy.length === 0 ? undefined : describedBy.join(' '),
    onInput: (event: { readonly currentTarget: HTMLInputElement }) => onValue(event.currentTarget.value),
  } as const
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'text' && <input type="text" {...common} />}
      {type === 'password' && <input type="password" {...common} />}
      {type === 'search' && <input type="search" {...common} />}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p class="wrong" id={`${id}-wrong`} role="alert">
          {wrong}
        </p>
      )}
    </div>
  )
}

export function Choice<T extends string>({
  legend,
  options,
  chosen,
  onChoose,
  look = 'words',
}: {
  readonly legend: string
  readonly options: readonly (readonly [value: T, label: string])[]
  readonly chosen: T
  readonly onChoose: (value: T) => void
  /** figures stand in a grid, sentences one below the other */
  readonly look?: 'figures' | 'words' | 'sentences'
}) {
  const name = useId()
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class={`options ${look}`}>
        {options.map(([value, label]) => (
          <label key={value}>
            <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** Rows of a name and what it is. */
export function Facts({ rows }: { readonly rows: readonly (readonly [name: string, what: ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {rows.map(([name, what]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  )
}
