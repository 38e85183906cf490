/** Sparkplug's topics (Sparkplug B 3.0, 4.1): `spBv1.0/<group>/<verb>/<edge node>[/<device>]`. */

export type Verb = 'NBIRTH' | 'NDATA' | 'NDEATH' | 'DBIRTH' | 'DDATA' | 'DDEATH'

/** Names this gateway to the host applications. */
export interface EdgeNode {
  readonly group: string
  readonly edge: string
}

const namespace = 'spBv1.0'

export function topicOf({ group, edge }: EdgeNode, verb: Verb, device?: string): string {
  return `${namespace}/${group}/${verb}/${edge}${device === undefined ? '' : `/${device}`}`
}

/** Where a host asks the edge node for something. */
export function commandTopic({ group, edge }: EdgeNode): string {
  return `${namespace}/${group}/NCMD/${edge}`
}

/** Where a host says, retained, whether it is there. */
export function hostTopic(host: string): string {
  return `${namespace}/STATE/${host}`
}
