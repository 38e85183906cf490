/** What a page's browser receives on the wire, as it counts it itself: compressed, with headers. */
import type { Page } from 'playwright-core'

export interface Transfer {
  /** the console's own files, in the order in which they came */
  files(): { readonly path: string; readonly bytes: number }[]
  /** of what is asked of the gateway; a stream counts by what came so far */
  askedBytes(): number
}

/** From now on. */
export async function transferOf(page: Page): Promise<Transfer> {
  const session = await page.context().newCDPSession(page)
  const asked = new Map<string, { path: string; bytes: number }>()
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!asked.has(requestId) && !request.url.startsWith('data:'))
      asked.set(requestId, { path: new URL(request.url).pathname, bytes: 0 })
  })
  session.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    const request = asked.get(requestId)
    if (request !== undefined) request.bytes += encodedDataLength
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = asked.get(requestId)
    if (request !== undefined) request.bytes = encodedDataLength
  })
  await session.send('Network.enable')
  const isAsked = (path: string) => path.startsWith('/api/')
  return {
    files: () => [...asked.values()].filter(({ path }) => !isAsked(path)),
    askedBytes: () =>
      [...asked.values()].filter(({ path }) => isAsked(path)).reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
