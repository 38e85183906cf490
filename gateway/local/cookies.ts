/** The cookie that holds a session's token. */

/** For as long as a session can last: whether it still does, the gateway knows. */
const maxAgeSeconds = 7 * 86_400
const mostTried = 4

/** `id` tells this gateway's from another's, since a browser sends cookies to every port of a machine. */
export function cookieName(id: string, { secure }: { secure: boolean }): string {
  return `${secure ? '__Host-' : ''}fanal-${id}`
}

export function sessionCookie(name: string, token: string): string {
  return `${name}=${token}; Max-Age=${maxAgeSeconds}; ${attributes(name)}`
}

export function noCookie(name: string): string {
  return `${name}=; Max-Age=0; ${attributes(name)}`
}

/** The values that a browser sends under this name: another page of the same host may have set one too. */
export function cookieValues(header: string | undefined, name: string): string[] {
  return (header ?? '')
    .split(';')
    .flatMap((part) => {
      const [key, value] = part.split('=', 2).map((text) => text.trim())
      return key === name && value !== undefined && value !== '' ? [value] : []
    })
    .slice(0, mostTried)
}

function attributes(name: string): string {
  return `Path=/; HttpOnly; SameSite=Strict${name.startsWith('__Host-') ? '; Secure' : ''}`
}
