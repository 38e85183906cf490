/** The programs of Fanal and the packages that they use, as few files: what is shipped. */
import { builtinModules, createRequire } from 'node:module'
import { join } from 'node:path'
import { build, type Metafile, type Plugin } from 'esbuild'
import { root } from './root.ts'

/** Each becomes a file of this name; `installed.ts` knows them. */
const programs: Readonly<Record<string, string>> = {
  fanal: 'provisioning/cli.ts',
  gateway: 'gateway/main.ts',
  street: 'gateway/demo/street.ts',
}
const workers: Readonly<Record<string, string>> = {
  disk: 'gateway/disk-worker.ts',
}

/** What cannot be bundled: it brings machine code. */
export const external = '@serialport/bindings-cpp'

/** Bundled CommonJS asks for Node's own modules by `require`, which a module has not. */
const requireOfModules = "import{createRequire as requireIn}from'node:module';const require=requireIn(import.meta.url);"

/** Makes the bundle in `folder`; says which file of which package went into what. */
export async function bundle(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries({ ...programs, ...workers }).map(([out, file]) => ({ in: `start:${file}`, out })),
    outdir: folder,
    chunkNames: '[name]-[hash]', // beside the programs: `installed.ts` looks from there
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    external: [external],
    banner: { js: requireOfModules },
    // Only programs have a part for when they are the one that was started, and no program imports another.
    define: { 'import.meta.main': 'true' },
    minifySyntax: true,
    minifyWhitespace: true, // names stay: they stand in a log's stack traces
    legalComments: 'none', // licences.ts has them all
    metafile: true,
    logLevel: 'warning',
    plugins: [starts, places, ourLanguages, loadedLater, nodesOwn],
  })
  return metafile
}

/** A start turns the compile cache on before anything else is loaded. */
const starts: Plugin = {
  name: 'starts',
  setup(build) {
    build.onResolve({ filter: /^start:/ }, ({ path }) => ({ path: path.slice('start:'.length), namespace: 'start' }))
    build.onLoad({ filter: /.*/, namespace: 'start' }, ({ path }) => ({
      contents: `import './provisioning/image/compiled.ts'\nawait import('./${path}')`,
      resolveDir: root,
    }))
  },
}

const places: Plugin = {
  name: 'places',
  setup(build) {
    build.onLoad({ filter: /\/drivers\/installed\.ts$/ }, () => ({
      contents: "export { installed } from './installed.ts'",
      resolveDir: import.meta.dirname,
    }))
  },
}

/** zod brings the messages of fifty languages: nobody sees any, since explain.ts has words of its own. */
const ourLanguages: Plugin = {
  name: 'our-languages',
  setup(build) {
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, ({ path }) => ({
      contents: "export { default as en } from './en.js'",
      resolveDir: join(path, '..'),
    }))
  },
}

/** Of a CommonJS package that is loaded when it is wanted (`await import(…)`) esbuild keeps the names for itself. */
const loadedLater: Plugin = {
  name: 'loaded-later',
  setup(build) {
    build.onResolve({ filter: /^[a-z@]/ }, ({ path, kind }) => {
      const isPackage = kind === 'dynamic-import' && !builtinModules.includes(path) && !path.startsWith('node:')
      return isPackage ? { path, namespace: 'loaded-later' } : undefined
    })
    build.onLoad({ filter: /.*/, namespace: 'loaded-later' }, ({ path }) => {
      const names = Object.keys(createRequire(join(root, 'package.json'))(path) as object)
      const known = names.filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default')
      const contents = `import * as all from '${path}'\nexport const { ${known.join(', ')} } = all`
      return { contents, resolveDir: root }
    })
  },
}

/**
 * `import` of a module of Node's own looks at all that it exports, and `http` then loads Node's `fetch`, HTTP/2 and more, which
 * nobody here uses: 7 MB. Asked for in this way it gives what is used.
 */
const nodesOwn: Plugin = {
  name: 'nodes-own',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ path, kind, namespace }) => {
      const name = path.replace('node:', '')
      const isImport = kind === 'import-statement' && namespace !== 'start'
      if (!isImport || (!builtinModules.includes(name) && !path.startsWith('node:'))) return undefined
      return { path, namespace: 'nodes-own', sideEffects: false }
    })
    build.onLoad({ filter: /.*/, namespace: 'nodes-own' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)})`,
    }))
  },
}
