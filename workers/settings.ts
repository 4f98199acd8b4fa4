import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readSecret } from '../adapters/files/read-secret.ts'
import type { Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { parseSettings } from '../contracts/settings-text.ts'

export interface WorkerArguments {
  readonly settings: Settings
  /** Where Prometheus fetches: the port asked for, or null for any free one. */
  readonly metricsPort: number | null
}

/** `node workers/X.ts --config FILE [--metrics-port N]`: the addresses; the models' settings in force are in PostgreSQL. */
export function workerArguments(args: readonly string[]): WorkerArguments {
  const { values } = parseArgs({
    args: [...args],
    options: { config: { type: 'string' }, 'metrics-port': { type: 'string' } },
  })
  const file = values.config ?? process.env['DRIFTGATE_CONFIG'] ?? 'driftgate.yaml'
  const port = values['metrics-port']
  return { settings: readSettings(file), metricsPort: port === undefined ? null : Number(port) }
}

/** The file's settings; relative folders are beside the file. */
export function readSettings(file: string): Settings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new DriftgateError('CONFIG_MISSING', { file }, { cause })
  }
  const settings = parseSettings(text, file)
  const here = (folder: string) => resolve(dirname(file), folder)
  const { objects, registry } = settings
  return {
    ...settings,
    objects: { ...objects, folder: here(objects.folder) },
    registry:
      'store' in registry && 'folder' in registry.store
        ? { ...registry, store: { ...registry.store, folder: here(registry.store.folder) } }
        : registry,
  }
}

/** The connection string with the password from where it is kept. */
export function postgresUrl({ postgres }: Settings): string {
  if (postgres.password === undefined) return postgres.url
  const url = new URL(postgres.url)
  url.password = encodeURIComponent(readSecret(postgres.password, 'postgres.password'))
  return url.href
}
