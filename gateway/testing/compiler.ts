/** Compiles attempts to break a gate, as if they stood in one of the rooms. */
import { join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../..')

/** Says the errors in a text that would stand at `path`, under the project's own rules. Slow to make, quick to ask. */
export function compilerAt(path: string): (text: string) => string[] {
  const file = join(root, path)
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name)) as {
    config: object
  }
  const { options: strict } = ts.parseJsonConfigFileContent({ ...config, files: [] }, ts.sys, root)
  const options = { ...strict, noUnusedLocals: false }
  const host = ts.createCompilerHost(options)
  const real = host.getSourceFile.bind(host)
  return (text) => {
    host.getSourceFile = (name, languageVersion) =>
      name === file ? ts.createSourceFile(name, text, languageVersion) : real(name, languageVersion)
    const program = ts.createProgram([file], options, host)
    return ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  }
}
