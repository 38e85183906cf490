/** Who may import whom. What the table does not list is forbidden; a new edge is a changed line in a review. */
import { globSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Room → what it may import: rooms, packages, `node:*`. The first pattern that a file fits is its room. */
const table: [room: string, may: string[]][] = [
  ['drivers/{quantities,reading,clock}.ts', []],
  ['drivers/installed.ts', ['node:path']],
  ['drivers/models.ts', ['drivers/{quantities,reading}.ts']],
  ['drivers/{schema,learned-registers}.ts', ['zod']],
  ['drivers/{profile,instance,repeats}.ts', ['zod', 'drivers/{schema,quantities,profile,repeats}.ts']],
  [
    'drivers/{registry,setpoint-contradictions,claims,unjudged-writes,explain,explanations,findings,places,nearest}.ts',
    ['drivers/*.ts', 'zod', 'yaml', 'node:*'],
  ],
  ['drivers/**', ['drivers/**', 'serialport', 'node:*']],

  ['gateway/clock.ts', ['drivers/clock.ts', 'node:*']],
  ['gateway/releases.ts', ['drivers/schema.ts', 'zod']],
  ['gateway/gate-memory.ts', ['gateway/{clock,flash}.ts', 'gateway/disclosure/kept.ts', 'node:fs']],
  ['gateway/segment-points.ts', ['drivers/{quantities,reading}.ts']],
  ['gateway/named-point.ts', ['drivers/reading.ts']],
  [
    'gateway/lit-by-people.ts',
    [
      'gateway/{named-point,segment-points,site}.ts',
      'gateway/disclosure/policy.ts',
      'gateway/disclosure/rules/ground.ts',
      'drivers/{quantities,reading}.ts',
    ],
  ],
  ['gateway/site.ts', ['gateway/releases.ts', 'drivers/{schema,profile}.ts', 'zod']],
  // How long history keeps what stays here is a table, and no I/O.
  [
    'gateway/disclosure/registers/**',
    [
      'gateway/disclosure/**',
      'gateway/{releases,site}.ts',
      'gateway/history/series.ts',
      'drivers/{reading,quantities,schema}.ts',
      'zod',
    ],
  ],
  ['gateway/disclosure/text.ts', ['drivers/french.ts']],
  [
    'gateway/disclosure/sentences.ts',
    ['gateway/disclosure/{policy,sentence-words}.ts', 'gateway/disclosure/treatments/noise.ts', 'drivers/french.ts'],
  ],
  // a hash is no I/O
  ['gateway/disclosure/treatments/pseudonym.ts', ['drivers/reading.ts', 'node:crypto']],
  ['gateway/chain-files.ts', ['gateway/flash.ts', 'node:*']],
  // A hash is no I/O.
  [
    'gateway/disclosure/{ledger,cost}.ts',
    ['gateway/disclosure/{disclosed,ledger,policy}.ts', 'gateway/chain.ts', 'zod'],
  ],
  [
    'gateway/ledger.ts',
    ['gateway/{flash,keep}.ts', 'gateway/disclosure/{disclosed,ledger,policy}.ts', 'drivers/clock.ts', 'zod'],
  ],
  [
    'gateway/disclosure/**',
    ['gateway/disclosure/**', 'gateway/{releases,site}.ts', 'drivers/{reading,quantities,schema}.ts', 'zod'],
  ],
  [
    'gateway/outbox/**',
    [
      'gateway/outbox/**',
      'gateway/{disk-thread,private-file,sqlite-error}.ts',
      'gateway/disclosure/{disclosed,policy}.ts',
      'drivers/{clock,reading}.ts',
      'node:*',
    ],
  ],
  [
    'gateway/history/**',
    [
      'gateway/history/**',
      'gateway/{disk-thread,private-file,sqlite-error}.ts',
      'drivers/{clock,reading,quantities}.ts',
      'node:*',
    ],
  ],
  // What a metric is called and measures it has from the policy: of readings and devices it knows nothing either.
  [
    'gateway/uplink/sparkplug/**',
    [
      'gateway/uplink/sparkplug/*',
      'gateway/uplink/{connection,within}.ts',
      'gateway/disclosure/{disclosed,policy}.ts',
      'gateway/{releases,site}.ts',
      'drivers/{clock,quantities,reading,schema}.ts',
      'zod',
    ],
  ],
  // What a point is called upstream is worked out outside; here are only the words.
  [
    'gateway/uplink/encodings/**',
    ['gateway/uplink/encodings/*', 'gateway/outbox/parcel.ts', 'drivers/models.ts', 'zod'],
  ],
  [
    'gateway/ngsi-layout.ts',
    [
      'gateway/{plan,segment-points,site}.ts',
      'gateway/disclosure/policy.ts',
      'gateway/disclosure/treatments/coarsen.ts',
      'gateway/uplink/encodings/ngsi-ld-layout.ts',
      'drivers/{instance,models,quantities,reading}.ts',
    ],
  ],
  [
    'gateway/uplink/**',
    [
      'gateway/uplink/**',
      'gateway/outbox/{outbox,parcel}.ts',
      'gateway/disclosure/disclosed.ts',
      'gateway/{releases,site}.ts',
      'drivers/{clock,schema}.ts',
      'mqtt',
      'zod',
      'node:*',
    ],
  ],
  // suncalc behind one import; a hash is no I/O
  ['gateway/control/sun.ts', ['gateway/site.ts', 'suncalc']],
  ['gateway/chain.ts', ['node:crypto']],
  ['gateway/control/audit.ts', ['gateway/chain.ts', 'gateway/control/keeping.ts']],
  [
    'gateway/control/**',
    ['gateway/control/*', 'gateway/site.ts', 'drivers/{clock,driver,instance,reading,schema}.ts', 'zod'],
  ],
  [
    'gateway/acquisition/plausibility/**',
    ['gateway/acquisition/plausibility/*', 'drivers/{clock,instance,profile,quantities,reading}.ts', 'zod'],
  ],
  ['gateway/acquisition/**', ['gateway/acquisition/**', 'drivers/{clock,driver,reading}.ts']],
  [
    'gateway/demo/**',
    ['gateway/demo/**', 'gateway/clock.ts', 'gateway/control/sun.ts', 'drivers/**', 'modbus-serial', 'aedes', 'node:*'],
  ],
  ['gateway/local/**', ['gateway/local/**', 'gateway/flash.ts', 'drivers/clock.ts', 'fastify', 'zod', 'node:*']],
  [
    'gateway/observe/**',
    [
      'gateway/observe/**',
      'gateway/clock.ts',
      'gateway/local/{answers,pages}.ts',
      'drivers/{clock,quantities,reading}.ts',
      'drivers/modbus/pace.ts',
      'pino',
      'prom-client',
      'tar-stream',
      'yaml',
      'zod',
      'node:*',
    ],
  ],
  ['gateway/console/build.ts', ['esbuild', 'node:*']],
  // In the browser: nothing of Node; of the schemas only types, which `console/build.test.ts` sees to.
  [
    'gateway/console/**',
    [
      'gateway/console/**',
      'gateway/local/{answers,pages,session}.ts',
      'gateway/control/{command,messages,ruling,trust}.ts',
      'gateway/disclosure/words.ts',
      'gateway/observe/alarms.ts',
      'gateway/{releases,site}.ts',
      'gateway/uplink/messages.ts',
      'drivers/{french,line,line-error,quantities,reading}.ts',
      'preact',
      '@preact/signals',
    ],
  ],
  ['gateway/{state,revision,flash,private-file,named-file}.ts', ['node:*']],
  ['gateway/refusal.ts', []],
  [
    'gateway/what-runs.ts',
    ['gateway/{contradictions,named-file,plan,refusal,revision,state}.ts', 'drivers/explain.ts'],
  ],
  ['gateway/sqlite-error.ts', []],
  ['gateway/disk-thread.ts', ['drivers/installed.ts', 'node:*']],
  ['gateway/disk-worker.ts', ['gateway/disk-thread.ts', 'gateway/{outbox,history}/serve.ts', 'node:*']],
  ['gateway/starts.ts', ['gateway/flash.ts', 'drivers/clock.ts', 'node:*']],
  ['gateway/witness.ts', ['drivers/clock.ts', 'node:*']],
  [
    'gateway/{keep,trail}.ts',
    [
      'gateway/{chain,flash,repeats,trail,state}.ts',
      'gateway/control/{audit,keeping}.ts',
      'drivers/clock.ts',
      'zod',
      'node:*',
    ],
  ],
  ['gateway/events.ts', ['gateway/outbox/error.ts', 'zod']],
  ['gateway/periods.ts', ['gateway/site.ts', 'drivers/{instance,profile,schema}.ts']],
  [
    'gateway/{line-budget,fitting}.ts',
    [
      'gateway/{line-budget,periods}.ts',
      'drivers/{instance,line,profile,schema}.ts',
      'drivers/modbus/{layout,read-plan,timing,wire-time}.ts',
    ],
  ],
  [
    'gateway/line-contradictions.ts',
    ['gateway/{fitting,line-budget,periods,site}.ts', 'drivers/{explanations,instance,profile,schema}.ts'],
  ],
  ['gateway/suggested-timeout.ts', []],
  [
    'gateway/pass-through/contradictions.ts',
    ['gateway/pass-through/network.ts', 'gateway/site.ts', 'drivers/profile.ts', 'node:net'],
  ],
  // A tool's requests go to the line itself, past control and its envelope: this room writes, and knows neither.
  [
    'gateway/pass-through/**',
    [
      'gateway/pass-through/*',
      'gateway/{events,plan}.ts',
      'gateway/control/presence.ts',
      'gateway/local/pass-through.ts',
      'drivers/{clock,line,lock,profile,schema}.ts',
      'drivers/modbus/{pace,request,wire-time}.ts',
      'node:net',
      'node:events',
    ],
  ],
  [
    'gateway/outputs.ts',
    ['gateway/site.ts', 'gateway/control/{levels,segment}.ts', 'drivers/{instance,quantities,reading,schema}.ts'],
  ],
  [
    'gateway/segment-contradictions.ts',
    [
      'gateway/{named-point,outputs,periods,site}.ts',
      'gateway/control/{levels,segment}.ts',
      'drivers/{instance,profile,quantities,repeats,schema}.ts',
      'zod',
    ],
  ],
  [
    'gateway/treatment-contradictions.ts',
    [
      'gateway/releases.ts',
      'gateway/disclosure/policy.ts',
      'gateway/disclosure/rules/ground.ts',
      'gateway/disclosure/treatments/aggregate.ts',
      'drivers/{profile,quantities,reading}.ts',
    ],
  ],
  [
    'gateway/release-contradictions.ts',
    [
      'gateway/{releases,treatment-contradictions}.ts',
      'gateway/disclosure/{fleet-policy,narrowing,policy}.ts',
      'gateway/disclosure/rules/{ground,rules}.ts',
      'gateway/observe/alarms.ts',
      'drivers/{profile,quantities,reading,schema}.ts',
    ],
  ],
  [
    'gateway/named-policy.ts',
    [
      'gateway/{named-file,site}.ts',
      'gateway/disclosure/fleet-policy.ts',
      'drivers/{explain,profile,schema}.ts',
      'node:path',
    ],
  ],
  [
    'gateway/contradictions.ts',
    [
      'gateway/{line-contradictions,lit-by-people,periods,release-contradictions,segment-contradictions}.ts',
      'gateway/{segment-points,site}.ts',
      'gateway/disclosure/fleet-policy.ts',
      'gateway/pass-through/contradictions.ts',
      'drivers/{instance,profile,quantities,reading,repeats,schema}.ts',
      'zod',
    ],
  ],
  [
    'gateway/plan.ts',
    [
      'gateway/{contradictions,line-budget,lit-by-people,named-file,named-policy,named-point,outputs,periods}.ts',
      'gateway/{segment-points,site}.ts',
      'gateway/control/{levels,segment}.ts',
      'gateway/disclosure/{fleet-policy,lint,policy}.ts',
      'gateway/disclosure/rules/ground.ts',
      'drivers/*.ts',
      'node:path',
    ],
  ],
  // What is told at the doors, read off every part; it commands none.
  [
    'gateway/report/**',
    [
      'gateway/report/*',
      'gateway/{chain,chain-files,doors,events,ledger,lighting,line-budget,north,plan,south,suggested-timeout}.ts',
      'gateway/releases.ts',
      'gateway/acquisition/**',
      'gateway/control/{control,presence,program,segment,trust}.ts',
      'gateway/disclosure/{cost,ledger,policy,sensitivity,sentences}.ts',
      'gateway/disclosure/registers/{facts,page,public-twin,twin}.ts',
      'gateway/history/{history,series}.ts',
      'gateway/local/{answers,data-pages,pages,session,told}.ts',
      'gateway/observe/{alarms,files,standing}.ts',
      'gateway/outbox/parcel.ts',
      'gateway/uplink/last-sent.ts',
      'drivers/{clock,driver,instance,line,quantities,reading,schema}.ts',
      'node:*',
    ],
  ],
  [
    'gateway/series.ts',
    [
      'gateway/{plan,segment-points}.ts',
      'gateway/disclosure/sensitivity.ts',
      'gateway/history/history.ts',
      'gateway/report/report.ts',
      'drivers/quantities.ts',
    ],
  ],
  [
    'gateway/observed.ts',
    [
      'gateway/{lighting,plan,south,state}.ts',
      'gateway/local/answers.ts',
      'gateway/observe/*',
      'drivers/clock.ts',
      'node:fs',
    ],
  ],
  ['gateway/learned.ts', ['gateway/flash.ts', 'drivers/clock.ts', 'zod', 'node:*']],
  ['gateway/learned-registers.ts', ['gateway/learned.ts', 'drivers/learned-registers.ts', 'zod']],
  // The two halves never see one another; the composition root sees both.
  ['gateway/south.ts', ['gateway/{plan,events,site}.ts', 'gateway/acquisition/*', 'drivers/**']],
  ['gateway/repeats.ts', ['gateway/chain.ts']],
  ['gateway/admission.ts', ['gateway/disclosure/disclosed.ts', 'gateway/outbox/outbox.ts', 'drivers/clock.ts']],
  [
    'gateway/north.ts',
    [
      'gateway/{admission,disk-thread,gate-memory,ledger,ngsi-layout,plan,events}.ts',
      'gateway/{disclosure,outbox,uplink}/**',
      'drivers/{clock,reading}.ts',
    ],
  ],
  [
    'gateway/lighting.ts',
    ['gateway/{events,keep,plan,witness}.ts', 'gateway/control/*', 'drivers/{clock,driver,reading}.ts'],
  ],
  // Where commands come in: control's verdicts in the words of both doors.
  [
    'gateway/doors.ts',
    [
      'gateway/control/*',
      'gateway/disclosure/{announce,disclosed}.ts',
      'gateway/local/answers.ts',
      'gateway/uplink/mqtt.ts',
      'drivers/clock.ts',
    ],
  ],
  [
    'gateway/bench/data/{failover,backfill}*.ts',
    ['gateway/**', 'drivers/**', 'provisioning/receive/{receive,shelf}.ts', 'mqtt', 'node:*'],
  ],
  [
    'gateway/bench/**',
    ['gateway/**', 'drivers/**', 'astronomy-engine', 'esbuild', 'modbus-serial', 'mqtt', 'yaml', 'zod', 'node:*'],
  ],
  ['gateway/faults/**', ['gateway/**', 'drivers/**', 'provisioning/receive/{receive,shelf}.ts', 'mqtt', 'node:*']],
  // The composition: of all parts, of what is shown at the doors, and the process around them.
  [
    'gateway/window.ts',
    [
      'gateway/{chain-files,clock,doors,events,keep,lighting,observed,plan,state,witness}.ts',
      'gateway/control/control.ts',
      'gateway/local/*',
      'gateway/observe/log.ts',
      'gateway/pass-through/pass-through.ts',
      'gateway/report/*',
      'drivers/{clock,installed,reading}.ts',
    ],
  ],
  ['gateway/gateway.ts', ['gateway/**', 'drivers/*', 'node:fs']],
  [
    'gateway/main.ts',
    ['gateway/{clock,events,gateway,refusal,state}.ts', 'gateway/observe/log.ts', 'package.json', 'node:util'],
  ],

  ['provisioning/image/build.ts', ['provisioning/image/*.ts', 'gateway/console/build.ts', 'node:*']],
  ['provisioning/image/{bundle,licences}.ts', ['provisioning/image/*.ts', 'esbuild', 'zod', 'node:*']],
  [
    'provisioning/receive/**',
    [
      'provisioning/receive/**',
      'gateway/uplink/{topics,connection}.ts',
      'gateway/private-file.ts',
      'drivers/clock.ts',
      'mqtt',
      'zod',
      'node:*',
    ],
  ],
  [
    'provisioning/**',
    [
      'provisioning/**',
      'drivers/**',
      'gateway/{chain,chain-files,clock,events,flash,line-budget,named-file,named-policy,plan,revision,state}.ts',
      'gateway/releases.ts',
      'gateway/report/point.ts',
      'gateway/observe/{files,machine,support}.ts',
      'gateway/control/{segment,messages,trust}.ts',
      'gateway/witness.ts',
      'gateway/disclosure/{fleet-policy,lint,narrowing,policy,words}.ts',
      'gateway/disclosure/registers/*.ts',
      'gateway/local/{client,answers,data-pages,pages,pass-through,session}.ts',
      'gateway/uplink/{connection,messages}.ts',
      'package.json',
      'commander',
      'uqr',
      'zod',
      'yaml',
      'node:*',
    ],
  ],
]

/** What tests may import beyond their room: tools, and what they compare with. */
const testMay = [
  'vitest',
  'ajv',
  'ajv-formats',
  'astronomy-engine',
  'fast-check',
  'n3',
  'jsonld',
  'rdf-validate-shacl',
  'typescript',
  'modbus-serial',
  'aedes',
  'mqtt',
  'sparkplug-payload',
  'zod',
  'yaml',
  'commander',
  'tar-stream',
  '@axe-core/playwright',
  '@preact/signals',
  'playwright-core',
  'package.json',
  'node:*',
  'drivers/**',
  'gateway/**',
  'provisioning/**',
]

function fits(pattern: string, name: string): boolean {
  const source = pattern
    .replaceAll(/[.+]/g, '\\$&')
    .replaceAll(/\{([^}]*)\}/g, (_, choices: string) => `(${choices.replaceAll(',', '|')})`)
    .replaceAll('/**', '/.+')
    .replaceAll(/\*/g, '[^/]*')
  return new RegExp(`^${source}$`).test(name)
}

/** The file's imports, as paths from the root, package names, or `node:…`. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'), true, true)
  return importedFiles.map(({ fileName }) => {
    if (fileName.startsWith('.')) return relative(root, join(root, dirname(file), fileName))
    const name = fileName.startsWith('@') ? fileName.split('/').slice(0, 2).join('/') : (fileName.split('/')[0] ?? '')
    return fileName.startsWith('node:') || builtinModules.includes(name) ? `node:${name.replace('node:', '')}` : name
  })
}

const files = globSync('{drivers,gateway,nodes,flows,provisioning}/**/*.{ts,tsx}', { cwd: root }).sort()

test('every import is one that the table allows', () => {
  let examined = 0
  const forbidden = files.flatMap((file) => {
    const may = /\.test\.ts$|\/testing\//.test(file) ? testMay : table.find(([room]) => fits(room, file))?.[1]
    return importsOf(file).flatMap((imported) => {
      examined++
      return may?.some((pattern) => fits(pattern, imported)) ? [] : [`${file} imports ${imported}`]
    })
  })
  expect(forbidden).toEqual([])
  expect(files.length).toBeGreaterThan(200)
  expect(examined).toBeGreaterThan(900)
})

/** What is loaded with the file, whatever the site: imports of types are not, nor those that wait for their moment. */
function loadedWith(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded
  loaded.add(file)
  const { statements } = ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.Latest)
  for (const statement of statements) {
    const isType =
      (ts.isImportDeclaration(statement) && statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) ||
      (ts.isExportDeclaration(statement) && statement.isTypeOnly)
    if (isType || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) continue
    const from = statement.moduleSpecifier
    if (from !== undefined && ts.isStringLiteral(from) && /^\..*\.ts$/.test(from.text))
      loadedWith(join(dirname(file), from.text), loaded)
  }
  return loaded
}

test('a gateway that speaks neither NGSI-LD nor Sparkplug loads nothing of them', () => {
  const loaded = [...loadedWith('gateway/main.ts')]
  expect(loaded).toContain('gateway/uplink/mqtt.ts')
  expect(loaded.filter((file) => /ngsi|sparkplug|http-transport/.test(file))).toEqual([])
})

test('only the dispatcher writes to a driver, and only the envelope clears what is written', () => {
  const code = files
    .filter((file) => !/\.test\.ts$|\/testing\//.test(file))
    .map((file) => [file, readFileSync(join(root, file), 'utf8')] as const)
  const where = (pattern: RegExp) => code.flatMap(([file, text]) => (pattern.test(text) ? [file] : []))
  expect(where(/\bdriver\s*\.write\(/)).toEqual(['gateway/control/dispatcher.ts'])
  expect(where(/\bas Cleared\b/)).toEqual(['gateway/control/envelope.ts'])
  // Drivers write to their line; besides them only what a tool writes, while somebody has unlocked the line.
  const lines = where(/\b#?line\s*\.write\(/).filter((file) => !/^(drivers|gateway\/faults)\//.test(file))
  expect(lines).toEqual(['gateway/pass-through/passage.ts'])
})
