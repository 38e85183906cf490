/** Where one is: the part of the address behind `#`. */

export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'tonight'; readonly segment?: string }
  | { readonly page: 'devices' }
  | { readonly page: 'device'; readonly name: string }
  | { readonly page: 'lines' }
  | { readonly page: 'data' }
  | { readonly page: 'system' }
  | { readonly page: 'unknown' }

/** The pages of the navigation, in its order. */
export const places = ['overview', 'tonight', 'devices', 'lines', 'data', 'system'] as const
export type Place = (typeof places)[number]

export function routeOf(hash: string): Route {
  const [page = '', rest, ...more] = hash.replace(/^#?\/?/, '').split('/')
  const name = rest === undefined || rest === '' ? undefined : decoded(rest)
  if (more.length > 0) return { page: 'unknown' }
  switch (page) {
    case '':
      return { page: 'overview' }
    case 'tonight':
      return name === undefined ? { page } : { page, segment: name }
    case 'devices':
      return name === undefined ? { page } : { page: 'device', name }
    case 'lines':
    case 'data':
    case 'system':
      return name === undefined ? { page } : { page: 'unknown' }
    default:
      return { page: 'unknown' }
  }
}

export function addressOf(place: Place, name?: string): string {
  const page = place === 'overview' ? '' : place
  return name === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(name)}`
}

/** The place of the navigation under which a page stands. */
export function placeOf({ page }: Route): Place | undefined {
  if (page === 'device') return 'devices'
  return page === 'unknown' ? undefined : page
}

/** What a link that was shown at the gateway brings along, to be used at once. */
export function keyOf(hash: string): { readonly kind: 'login' | 'setup'; readonly key: string } | undefined {
  const [, kind, key] = /^#(login|setup)=(.+)$/.exec(hash) ?? []
  if (key === undefined || (kind !== 'login' && kind !== 'setup')) return undefined
  return { kind, key: decoded(key) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
