/** C programs that stand beside ours, compiled when they are wanted. Needs gcc, and pkg-config for those that need packages. */
import { execFileSync } from 'node:child_process'
import { basename, join } from 'node:path'

export interface Needs {
  readonly packages?: readonly string[]
  readonly flags?: readonly string[]
}

/** Compiles a source into `folder`, and tells the program's path. */
export function compileC(folder: string, source: string, { packages = [], flags = [] }: Needs = {}): string {
  const program = join(folder, basename(source, '.c'))
  const linked = packages.length === 0 ? [] : words(execFileSync('pkg-config', ['--cflags', '--libs', ...packages]))
  execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', program, source, ...linked, ...flags])
  return program
}

function words(text: Buffer): string[] {
  return text.toString().trim().split(/\s+/)
}
