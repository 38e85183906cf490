/** A sentence of the catalogues in which a command or a key stands between backticks. */

export function Text({ children }: { readonly children: string }) {
  const parts = children.split('`')
  // an odd backtick is one that somebody wrote
  if (parts.length % 2 === 0) return <>{children}</>
  return <>{parts.map((part, index) => (index % 2 === 0 ? part : <code key={index}>{part}</code>))}</>
}
