/** `fanal data sample`: the last message of a release, exactly as it was sent. */
import { nearest } from '../../drivers/nearest.ts'
import { status as statusSchema } from '../../gateway/local/answers.ts'
import { ask } from '../../gateway/local/client.ts'
import { specimensTold } from '../../gateway/local/data-pages.ts'
import { exits, fail, outJson, type Context, type Exit } from '../context.ts'
import { bytesText } from '../doctor/wording.ts'
import { findGateway } from '../running.ts'
import { secondText } from '../wording.ts'

export async function sample(
  context: Context,
  release: string | undefined,
  options: { readonly state?: string },
): Promise<Exit> {
  const found = await findGateway(options.state)
  if ('code' in found) return fail(context, found.code, found.words)
  const { releases } = statusSchema.parse(await ask(found.socket, '/api/status', context.signal))
  const known = Object.keys(releases)
  if (release !== undefined && !known.includes(release)) {
    const exit = fail(context, 'NO_SUCH_RELEASE', { release, known: known.join(', ') })
    const meant = nearest(release, known)
    if (meant !== undefined && !context.json) context.err(context.say('did-you-mean', { name: meant }))
    return exit
  }
  const query = release === undefined ? '' : `?${new URLSearchParams({ release }).toString()}`
  const specimens = specimensTold.parse(await ask(found.socket, `/api/sample${query}`, context.signal))
  const { say, out, err, language } = context
  if (context.json) outJson(context, specimens)
  else
    for (const { release, at, topic, payload, bytes, form, properties } of specimens) {
      err(say('data.sent', { release, at: secondText(at) }))
      out(topic)
      out(payload)
      if (Object.keys(properties).length > 0) err(say('data.properties', { properties: JSON.stringify(properties) }))
      const shown = form === 'text' ? Buffer.byteLength(payload) : Buffer.from(payload, 'base64').length
      if (shown < bytes) err(say('data.cut-short', { bytes: bytesText(bytes, language) }))
    }
  if (specimens.length > 0) return exits.ok
  if (!context.json) err(say('data.nothing-sent'))
  return exits.error
}
