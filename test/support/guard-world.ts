import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { insertGuardRows } from '../../adapters/postgres/guard-fits.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { referenceInForce } from '../../adapters/postgres/references.ts'
import type { Binning } from '../../contracts/binning.ts'
import { type SettingsInput, settingsSchema } from '../../contracts/config.ts'
import type { FeatureValue, PredictionEvent } from '../../contracts/prediction.ts'
import { decisionKeys } from '../../deploy/local/decision-keys.ts'
import { freePort } from '../../deploy/local/free-port.ts'
import { serverSettings } from '../../deploy/local/settings.ts'
import { addToSample, buildBinning, createSample, encodeSample } from '../../profiles/index.ts'
import { closableProxy } from './closable-proxy.ts'
import { createDatabase } from './database.ts'
import { until } from './gate-world.ts'
import { mulberry32, normal } from './mulberry32.ts'
import { peopleServer } from './people-server.ts'
import { storeReference } from './reference.ts'
import { servers } from './servers.ts'

type ModelInput = SettingsInput['models'][string]
export type GuardInput = NonNullable<ModelInput['guard']>

const main = fileURLToPath(new URL('../../gateway/guard/main.ts', import.meta.url))

/** Age, city and score; in one city people are older and of more ages. */
export function drawPeople(rows: number, next: () => number): FeatureValue[][] {
  return Array.from({ length: rows }, () => {
    const city = next() < 0.3 ? 'b' : 'a'
    const age = city === 'b' ? normal(next, 60, 20) : normal(next, 40, 5)
    return [age, city, next()]
  })
}

/** Columns of an inference request; null is a missing value. */
export const peopleRequest = (
  rows: readonly (readonly [FeatureValue, FeatureValue])[],
  more: object = {},
) => ({
  inputs: [
    { name: 'age', shape: [rows.length], datatype: 'FP64', data: rows.map(([age]) => age) },
    { name: 'city', shape: [rows.length], datatype: 'BYTES', data: rows.map(([, city]) => city) },
  ],
  ...more,
})

export interface GuardWorldOptions {
  readonly guard?: GuardInput
  /** Of the process before all models. */
  readonly door?: NonNullable<SettingsInput['guard']>
  /** Rows of the reference; all of them are kept for the guard. 0: there is no reference. */
  readonly rows?: number
  /** Instead of the example's model server. */
  readonly upstream?: string
  readonly issuer?: string
  /** The only server there is; those that tests are given, unless said. */
  readonly postgres?: string
}

export type GuardWorld = Awaited<ReturnType<typeof guardWorld>>

/** No part of the guard looks for them. */
const nowhere = {
  ...{ kafka: '127.0.0.1:1', temporal: '127.0.0.1:1', temporalCli: 'none', issuer: null },
  ...{
    sparkRest: 'http://127.0.0.1:1',
    sparkMaster: 'spark://127.0.0.1:1',
    sparkSecretFile: 'none',
  },
  ...{ sparkMasterWeb: 'http://127.0.0.1:1', sparkWorkerWeb: 'http://127.0.0.1:1' },
  ...{ mlflow: 'http://127.0.0.1:1', python: 'python3', sparkJars: [] },
}

/** PostgreSQL with a reference of a model `people`, a model server that serves it, and guard processes before it. */
export async function guardWorld(options: GuardWorldOptions = {}) {
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await createDatabase(options.postgres), (part) => part.drop())
  await migrate(database.pool)
  const way = parts.adopt(await closableProxy(database.url), (part) => part.close())
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-guard-'))
  parts.defer(() => rmSync(folder, { recursive: true }))
  const scored: PredictionEvent[] = []
  const server = parts.adopt(await peopleServer(scored), (part) => part.close())
  const upstream = options.upstream ?? server.url
  const { rows = 3_000 } = options
  const people = (guard: GuardInput): ModelInput => ({
    log: { topic: 'people' },
    features: { age: { type: 'numeric' }, city: { type: 'categorical' } },
    segments: ['city'],
    window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
    retraining: { policy: 'never' },
    guard: { rows: Math.max(rows, 1_000), ...guard },
    serving: { url: upstream },
  })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const settings = (guard: GuardInput): SettingsInput => ({
    ...serverSettings({
      addresses: {
        ...(options.postgres === undefined ? servers() : nowhere),
        postgres: way.url,
        ...(options.issuer && { issuer: options.issuer }),
      },
      ...{ gateway: 'http://127.0.0.1:1', objects: folder, ...decisionKeys(folder) },
    }),
    guard: { listen: `127.0.0.1:${port}`, access: 'open', ...options.door },
    models: { people: people(guard) },
  })
  const apply = async (guard: GuardInput) => {
    const written = settings(guard)
    settingsSchema.parse(written)
    await storeConfigVersion(database.pool, {
      ...{ digest: randomUUID(), text: '', person: 'test', settings: written },
    })
    return written
  }
  const written = await apply(options.guard ?? {})
  const file = join(folder, 'driftgate.yaml')
  const gateway = { ...written.gateway, drain: '0s' }
  writeFileSync(file, JSON.stringify({ ...written, gateway }))
  const binning = rows === 0 ? null : await giveReference(database.pool, '1', rows, 71)
  const children: ChildProcess[] = []
  const start = async (expected = 200): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [main, '--config', file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    child.stdout?.resume()
    children.push(child)
    await until(async () => {
      const answer = await fetch(`${url}/v2/health/ready`).catch(() => null)
      await answer?.body?.cancel()
      return answer?.status === expected
    })
    return child
  }
  parts.defer(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })
  const opened = parts.move()
  return {
    ...{ db: database.pool, url, port, file, upstream, scored, binning },
    ...{ apply, start, modelServer: server, shutPostgres: way.shut, openPostgres: way.open },
    giveReference: (version: string, count: number, seed: number) =>
      giveReference(database.pool, version, count, seed),
    /** An inference request through the guard. */
    infer: (body: unknown, init: RequestInit = {}, path = '/v2/models/people/infer') =>
      ask(`${url}${path}`, body, init),
    close: () => opened.disposeAsync(),
  }
}

export async function ask(url: string, body: unknown, init: RequestInit = {}) {
  const { headers, ...rest } = init
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(headers as object) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...rest,
  })
  const text = await response.text()
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  const parsed: any = text === '' ? null : JSON.parse(text)
  return { status: response.status, headers: response.headers, body: parsed, text }
}

async function giveReference(
  db: Parameters<typeof storeReference>[0],
  version: string,
  count: number,
  seed: number,
): Promise<Binning> {
  const rows = drawPeople(count, mulberry32(seed))
  const features = { age: { type: 'numeric' as const }, city: { type: 'categorical' as const } }
  const binning = buildBinning('people', version, features, rows, { segments: ['city'] })
  await storeReference(db, binning, version, rows)
  const profile = (await referenceInForce(db, 'people', { version }))?.profileDigest as string
  const sample = createSample(count)
  for (const [i, values] of rows.entries()) addToSample(sample, { id: `row-${i}`, values })
  await insertGuardRows(db, { model: 'people', version, profile }, encodeSample(sample), count)
  return binning
}
