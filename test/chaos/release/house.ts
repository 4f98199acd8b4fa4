import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { type SigningKey, signingKeyOf } from '../../../adapters/identity/decision-token.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import type { Environment } from '../../../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../../../adapters/temporal/search-attributes.ts'
import { createDatabase } from '../../support/database.ts'
import { bundledWorkflows } from '../bundled-workflows.ts'
import { persist } from '../persist.ts'
import type { ChaosServers } from '../servers.ts'
import { type ComeBy, StruckProcess } from '../struck-process.ts'
import { outsideTables } from './outside.ts'
import type { ReleaseWorkerInput } from './worker.ts'

/** Everything that the releases of a run share: one worker, one database. */
export interface ReleaseHouse {
  readonly db: pg.Pool
  readonly environment: Environment
  readonly signingKey: SigningKey
  readonly worker: StruckProcess
  close(): Promise<void>
}

export async function releaseHouse(
  { temporal, postgres }: Pick<ChaosServers, 'temporal' | 'postgres'>,
  { comeBy, sabotage }: { readonly comeBy: ComeBy; readonly sabotage: string | null },
): Promise<ReleaseHouse> {
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await createDatabase(postgres), (part) => part.drop())
  await migrate(database.pool)
  await database.pool.query(outsideTables)
  const client = await connectClient({ address: temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  await persist(() => registerSearchAttributes(client))
  const folder = await mkdtemp(join(tmpdir(), 'driftgate-chaos-release-'))
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  const bundle = await bundledWorkflows(
    join(folder, 'workflows.js'),
    new URL('impatient.ts', import.meta.url),
  )
  const prefix = `chaos-${randomBytes(4).toString('hex')}/`
  const keys = generateKeyPairSync('ed25519')
  const pem = (key: KeyObject, type: 'pkcs8' | 'spki') =>
    key.export({ format: 'pem', type } as never).toString()
  const input: ReleaseWorkerInput = {
    ...{ temporal, database: database.url, prefix, bundle, sabotage },
    publicKey: pem(keys.publicKey, 'spki'),
  }
  const program = new URL('worker.ts', import.meta.url)
  const worker = parts.adopt(new StruckProcess(program, input, comeBy), (part) => part.kill())
  await Promise.race([worker.ready, worker.broken])
  const opened = parts.move()
  return {
    ...{ db: database.pool, environment: { client, prefix }, worker },
    signingKey: await signingKeyOf(pem(keys.privateKey, 'pkcs8')),
    close: () => opened.disposeAsync(),
  }
}
