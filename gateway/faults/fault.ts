/** One fault of the table: how it is injected, what must hold, and the proof that the check can fail. */
export interface Fault {
  /** `F01`; of a fault that meets a second one, `F01+F05` */
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
  /** fewer cuts, seeds, lives: to see that all holds, not to prove it */
  readonly short: boolean
  /** temporary, emptied after */
  readonly folder: string
}

/**
 * `broken`: each thing that did not hold, in words; empty: it passes. `figures`: what was counted; `looked` among them
 * must not be 0, and whatever has one of the names in `counters` must be.
 */
export interface Found {
  readonly broken: readonly string[]
  readonly figures: Readonly<Record<string, number | string>>
}

/** Summed over all faults, and asserted zero. */
export const counters = ['wrong value accepted', 'acknowledged and lost', 'unsafe output ms'] as const
