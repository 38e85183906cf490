/** One fault of reference/faults.md: how it is injected, what must hold, and the proof that the check can fail. */
export interface Fault {
  readonly id: `F${string}`
  readonly title: string
  /** what must hold, in one sentence */
  readonly passes: string
  /** injects it and looks; throws for what is broken in the harness itself */
  run(context: FaultContext): Promise<Found>
  /** the same with the guard removed: must be found to fail; says which guard */
  readonly control: { readonly without: string; run(context: FaultContext): Promise<Found> }
}
export interface FaultContext {
  readonly seed: number
  readonly short: boolean
  readonly folder: string /* temp, emptied after */
}
/** `broken`: each thing that did not hold, in words; empty: it passes. `figures`: what was counted, `looked` among them must not be 0 */
export interface Found {
  readonly broken: readonly string[]
  readonly figures: Readonly<Record<string, number | string>>
}
