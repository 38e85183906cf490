/** By what an adapter is known again: the best that it has. */
export type Mark = 'serial-number' | 'place' | 'name' | 'nothing'
