import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { type SigningKey, signingKeyOf } from '../../../adapters/identity/decision-token.ts'
import { migrate } from '../../../adapters/postgres/migrate.ts'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import type { Environment } from '../../../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../../../adapters/temporal/search-attributes.ts'
import { freePort } from '../../../deploy/local/free-port.ts'
import { createDatabase } from '../../support/database.ts'
import { slackHome } from '../../support/slack-people.ts'
import { type SlackServer, slackServer } from '../../support/slack-server.ts'
import { bundledWorkflows } from '../bundled-workflows.ts'
import { persist } from '../persist.ts'
import type { ChaosServers } from '../servers.ts'
import { type ComeBy, StruckProcess } from '../struck-process.ts'
import type { GatewayInput } from './gateway.ts'
import { type MatrixRoom, matrixRoom } from './matrix-room.ts'
import { outsideTables } from './target.ts'
import type { GateWorkerInput } from './worker.ts'

/** Clocks of two machines differ, within what a token allows: the second gateway and the second worker run ahead. */
const aheadMs = [0, 2_000] as const

/** Where the processes find what the chat knows them by. */
export const chatSecrets = { token: 'CHAOS_SLACK_TOKEN', signing: 'CHAOS_SLACK_SECRET' }

/** Everything that the gates of a run share: two gateways, two workers, a chat, one database. */
export interface GateHouse {
  readonly db: pg.Pool
  readonly environment: Environment
  readonly chat: SlackServer
  /** Null where there is no Matrix server. */
  readonly matrix: MatrixRoom | null
  readonly gateways: readonly { readonly url: string; readonly process: StruckProcess }[]
  readonly workers: readonly StruckProcess[]
  /** From now on nobody else has any right in chat. */
  giveRights(rolesOf: Readonly<Record<string, readonly string[]>>): Promise<void>
  /** With which the gateways sign now. */
  signingKey(): SigningKey
  /** A new pair: gateways and workers are killed and come back with it. */
  rotateKeys(): Promise<void>
  close(): Promise<void>
}

export interface HouseOptions {
  readonly comeBy: ComeBy
  readonly dropDecision: boolean
}

export async function gateHouse(
  {
    temporal,
    postgres,
    matrix: place = null,
  }: Pick<ChaosServers, 'temporal' | 'postgres'> & Partial<Pick<ChaosServers, 'matrix'>>,
  { comeBy, dropDecision }: HouseOptions,
): Promise<GateHouse> {
  await using parts = new AsyncDisposableStack()
  const database = parts.adopt(await createDatabase(postgres), (part) => part.drop())
  await migrate(database.pool)
  await database.pool.query(outsideTables)
  const client = await connectClient({ address: temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  await persist(() => registerSearchAttributes(client))
  const chat = parts.adopt(await slackServer(), (part) => part.close())
  process.env[chatSecrets.token] = chat.token
  process.env[chatSecrets.signing] = slackHome.signingSecret
  const matrix = place && parts.adopt(await matrixRoom(place), (part) => part.close())
  const folder = await mkdtemp(join(tmpdir(), 'driftgate-chaos-house-'))
  parts.defer(() => rm(folder, { recursive: true, force: true }))
  const bundle = await bundledWorkflows(
    join(folder, 'workflows.js'),
    new URL('impatient.ts', import.meta.url),
  )
  const groups = join(folder, 'groups.json')
  const giveRights: GateHouse['giveRights'] = async (rolesOf) => {
    const people = Object.entries(rolesOf).map(([subject, roles]) => [subject, { roles }])
    await writeFile(`${groups}.new`, JSON.stringify(Object.fromEntries(people)))
    await rename(`${groups}.new`, groups)
  }
  await giveRights({})
  const prefix = `chaos-${randomBytes(4).toString('hex')}/`
  const common = { temporal, database: database.url, prefix }

  let keys = await newKeys()
  const workerInput = (index: number): GateWorkerInput => ({
    ...{ ...common, bundle, dropDecision, publicKey: keys.publicKey },
    aheadMs: aheadMs[index] ?? 0,
  })
  const gatewayInput = (index: number, port: number): GatewayInput => ({
    ...{ ...common, port, groups, privateKey: keys.privateKey },
    aheadMs: aheadMs[index] ?? 0,
  })
  const start = (program: string, input: object) =>
    parts.adopt(new StruckProcess(new URL(program, import.meta.url), input, comeBy), (part) =>
      part.kill(),
    )
  const ports = [await freePort(), await freePort()]
  const workers = aheadMs.map((_, index) => start('worker.ts', workerInput(index)))
  const gateways = ports.map((port, index) => ({
    url: `http://127.0.0.1:${port}`,
    process: start('gateway.ts', gatewayInput(index, port)),
  }))
  const all = [...workers, ...gateways.map((gateway) => gateway.process)]
  await Promise.all(all.map((each) => Promise.race([each.ready, each.broken])))
  const opened = parts.move()
  return {
    ...{ db: database.pool, environment: { client, prefix }, chat, matrix },
    ...{ gateways, workers, giveRights },
    signingKey: () => keys.signingKey,
    async rotateKeys() {
      keys = await newKeys()
      await Promise.all([
        ...workers.map((worker, index) => worker.replace(workerInput(index))),
        ...gateways.map(({ process }, index) =>
          process.replace(gatewayInput(index, ports[index]!)),
        ),
      ])
      await Promise.all(all.map((each) => each.ready))
    },
    close: () => opened.disposeAsync(),
  }
}

async function newKeys() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const pem = (key: KeyObject, type: 'pkcs8' | 'spki') =>
    key.export({ format: 'pem', type } as never).toString()
  const signing = pem(privateKey, 'pkcs8')
  return {
    privateKey: signing,
    publicKey: pem(publicKey, 'spki'),
    signingKey: await signingKeyOf(signing),
  }
}
