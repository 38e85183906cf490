/** Words of the catalogues, and words from elsewhere. */
import { undirected } from '../say.ts'

/** A sentence in which a command or a key stands between backticks. */
export function Text({ children }: { readonly children: string }) {
  const parts = children.split('`')
  // an odd backtick is one that somebody wrote
  if (parts.length % 2 === 0) return <>{children}</>
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</>
}

/** What a person, a site file or a device has written: it stands for itself, whatever its script. */
export function Own({ children }: { readonly children: string }) {
  return <bdi>{undirected(children)}</bdi>
}
