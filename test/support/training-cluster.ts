import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { SparkStandaloneSettings, SparkSubmitSettings } from '../../contracts/config.ts'
import { servers } from './servers.ts'

/** First lines of every job: the Python process must not outlive its driver. */
const preamble = `
import ctypes, json, os, signal, sys, time
ctypes.CDLL('libc.so.6').prctl(1, signal.SIGTERM)
if os.getppid() == 1: sys.exit(1)
`

export interface JobFolder {
  readonly path: string
  /** Writes a Python job and returns its path. */
  script(name: string, body: string): Promise<string>
  remove(): Promise<void>
}

export async function jobFolder(): Promise<JobFolder> {
  const path = await mkdtemp(join(tmpdir(), 'driftgate-jobs-'))
  return {
    path,
    async script(name, body) {
      const file = join(path, `${name}.py`)
      await writeFile(file, preamble + body)
      return file
    },
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

/** Settings of the real Spark cluster for a job that needs no Spark session. */
export function clusterSettings(
  script: string,
  changes: Partial<SparkStandaloneSettings> & { driverMemory?: string } = {},
): SparkStandaloneSettings {
  const { driverMemory = '512m', ...rest } = changes
  const addresses = servers()
  return {
    kind: 'spark-standalone',
    rest: addresses.sparkRest,
    web: addresses.sparkMasterWeb,
    master: 'local[1]',
    queueTimeout: 600_000,
    job: {
      script,
      python: addresses.python,
      jars: [],
      driverMemory,
      driverCores: 1,
      executorMemory: '512m',
      maximumCores: 1,
      conf: { 'spark.ui.enabled': 'false' },
    },
    ...rest,
  }
}

/** The same job by the `spark-submit` of the same Spark, in a folder that has to be there. */
export const submitSettings = (
  script: string,
  folder: string,
  changes: Partial<SparkSubmitSettings> = {},
): SparkSubmitSettings => ({
  kind: 'spark-submit',
  command: join(dirname(servers().python), 'spark-submit'),
  master: 'local[1]',
  folder,
  jobs: 2,
  queueTimeout: 600_000,
  job: clusterSettings(script).job,
  ...changes,
})

export const clusterSecret = (): string => readFileSync(servers().sparkSecretFile, 'utf8')
