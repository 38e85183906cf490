/** Finds every mistake of a command line at once, each with its place and the nearest right answer. */
import type { Command, Option } from 'commander'
import { nearest } from '../drivers/nearest.ts'

export interface LineMistake {
  /** index of the word in the command line; one past the last when something is missing */
  readonly word: number
  readonly code:
    | 'unknown-verb'
    | 'unknown-option'
    | 'value-missing'
    | 'not-a-choice'
    | 'too-many'
    | 'operand-missing'
    | 'option-missing'
  readonly words: Readonly<Record<string, string>>
  readonly suggestion?: string
}

/** The mistakes in `words` (what follows the program's name) for this program and its verbs. */
export function commandLineMistakes(program: Command, words: readonly string[]): LineMistake[] {
  const verbsAt: number[] = []
  let verb = program
  // `data page`: a verb that has verbs of its own is followed by one of them
  while (verb.commands.length > 0) {
    const verbAt = words.findIndex(
      (word, at) => at > (verbsAt.at(-1) ?? -1) && !word.startsWith('-') && words[at - 1] !== '--lang',
    )
    if (verbAt === -1) return [] // nothing more, or options alone: commander shows its help
    const name = words[verbAt] ?? ''
    const names = verb.commands.map((command) => command.name())
    const found = verb.commands.find((command) => command.name() === name)
    if (found === undefined) return [{ word: verbAt, code: 'unknown-verb', words: { name }, ...suggest(name, names) }]
    verbsAt.push(verbAt)
    verb = found
  }
  const options = [...program.options, ...verb.options]
  const found: LineMistake[] = []
  const operands: number[] = []
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    if (verbsAt.includes(at)) continue
    if (word === '--') {
      operands.push(...words.slice(at + 1).map((_, i) => at + 1 + i))
      break
    }
    if (!/^-./.test(word)) {
      operands.push(at)
      continue
    }
    if (/^(-h|--help|-V|--version)$/.test(word)) return []
    const [name = '', glued] = word.startsWith('--')
      ? word.split(/=(.*)/s, 2)
      : [word.slice(0, 2), word.slice(2) || undefined]
    const option = options.find((o) => o.short === name || o.long === name)
    if (option === undefined) {
      found.push({ word: at, code: 'unknown-option', words: { name }, ...suggest(name, options.flatMap(namesOf)) })
      continue
    }
    if (!option.required) continue
    const valueAt = glued === undefined ? ++at : at
    const value = glued ?? words[valueAt]
    if (value === undefined) found.push({ word: valueAt - 1, code: 'value-missing', words: { name } })
    else if (option.argChoices && !option.argChoices.includes(value))
      found.push({
        word: valueAt,
        code: 'not-a-choice',
        words: { name, value, choices: option.argChoices.join(', ') },
        ...suggest(value, option.argChoices),
      })
  }
  const wanted = verb.registeredArguments
  const missing = wanted.filter((argument) => argument.required)[operands.length]
  if (missing) found.push({ word: words.length, code: 'operand-missing', words: { name: missing.name() } })
  for (const option of options)
    if (option.mandatory && !words.some((word) => word === option.long || word.startsWith(`${option.long ?? ''}=`)))
      found.push({ word: words.length, code: 'option-missing', words: { name: option.flags } })
  if (!wanted.at(-1)?.variadic)
    for (const at of operands.slice(wanted.length))
      found.push({ word: at, code: 'too-many', words: { name: words[at] ?? '', verb: verb.name() } })
  return found
}

function namesOf({ short, long }: Option): string[] {
  return [short, long].filter((name) => name !== undefined)
}

function suggest(word: string, candidates: readonly string[]): { suggestion?: string } {
  const suggestion = nearest(word, candidates)
  return suggestion === undefined ? {} : { suggestion }
}
