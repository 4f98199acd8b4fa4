import { DriftgateError } from '../../contracts/errors.ts'
import { onPath, runCommand } from './command.ts'

/** Java 17 or later; throws PREREQUISITE_MISSING with the way to get it. */
export async function java(): Promise<string> {
  const home = process.env['JAVA_HOME']
  const program = home ? `${home}/bin/java` : onPath('java')
  if (program === null) throw missing('Java 17 or later', 'install a JDK, for example openjdk-17')
  const text = await runCommand(program, ['-version'])
  const major = Number(text.match(/version "(\d+)/)?.[1] ?? 0)
  if (major < 17) {
    throw missing(`Java 17 or later (found ${major})`, 'install a newer JDK or set JAVA_HOME')
  }
  return program
}

export function maven(): string {
  const program = onPath('mvn')
  if (program === null) throw missing('Maven', 'install maven; it fetches the Kafka broker')
  return program
}

/** Python 3.10 to 3.13 as `python3`; pyspark and MLflow have packages for these. */
export async function python(): Promise<string> {
  for (const name of ['python3.11', 'python3', 'python3.12', 'python3.13', 'python3.10']) {
    const program = onPath(name)
    if (program === null) continue
    const text = await runCommand(program, ['--version']).catch(() => '')
    const minor = Number(text.match(/Python 3\.(\d+)/)?.[1] ?? 0)
    if (minor >= 10 && minor <= 13) return program
  }
  throw missing('Python 3.10 to 3.13 with venv', 'install python3.11 and python3.11-venv')
}

/** @param what `a Temporal CLI`, say: what a machine without Go needs ready-made, under its name on PATH. */
export function go(what: string, name: string): string {
  const program = onPath('go')
  if (program === null) {
    throw missing(
      `${what}, or Go to build one`,
      `put \`${name}\` on PATH, or install Go 1.23 or later`,
    )
  }
  return program
}

const missing = (what: string, fix: string) =>
  new DriftgateError('PREREQUISITE_MISSING', { what, fix })
