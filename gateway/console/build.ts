/** Bundles the console: index.html, one script, one style sheet, each with its gzipped twin. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync, constants } from 'node:zlib'
import { build } from 'esbuild'

const room = import.meta.dirname

export interface Built {
  readonly files: readonly string[]
  /** of all that a browser loads */
  readonly gzippedBytes: number
}

/** `into` is emptied first: what another build left there would be served. */
export async function buildConsole(into: string): Promise<Built> {
  const { outputFiles } = await build({
    entryPoints: [join(room, 'browser/main.tsx'), join(room, 'styles/console.css')],
    outdir: into,
    entryNames: '[name]-[hash]',
    bundle: true,
    minify: true,
    write: false,
    // A script that stops the page until it ran: the colours are set before anything is painted.
    format: 'iife',
    // Phones of the last four years.
    target: ['chrome105', 'firefox105', 'safari16'],
    charset: 'utf8',
    legalComments: 'none',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    logLevel: 'error',
  })
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]))
  const nameOf = (ending: string) => {
    const name = [...texts.keys()].find((file) => file.endsWith(ending))
    if (name === undefined) throw new Error(`esbuild made no ${ending}`)
    return name
  }
  const page = readFileSync(join(room, 'index.html'), 'utf8')
    .replaceAll(/<!--.*?-->\s*/gs, '')
    .replaceAll(/>\s+</g, '><')
    .replace('{css}', nameOf('.css'))
    .replace('{js}', nameOf('.js'))
  texts.set('index.html', page)

  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  let gzippedBytes = 0
  const files: string[] = []
  for (const [name, text] of texts) {
    const zipped = gzipSync(text, { level: constants.Z_BEST_COMPRESSION })
    gzippedBytes += zipped.length
    writeFileSync(join(into, name), text)
    writeFileSync(join(into, `${name}.gz`), zipped)
    files.push(name, `${name}.gz`)
  }
  return { files: files.sort(), gzippedBytes }
}

if (import.meta.main) {
  const into = process.argv[2] ?? join(room, '../../dist/console')
  const { files, gzippedBytes } = await buildConsole(into)
  console.log(`${into}: ${files.filter((name) => !name.endsWith('.gz')).join(', ')}; ${gzippedBytes} bytes gzipped`)
}
