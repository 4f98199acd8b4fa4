import { randomBytes } from 'node:crypto'
import { openAnswers, openChannel } from '../../../adapters/chat/index.ts'
import { readSecret } from '../../../adapters/files/read-secret.ts'
import { openGroups } from '../../../adapters/groups/index.ts'
import { signingKeyOf } from '../../../adapters/identity/decision-token.ts'
import { openPool } from '../../../adapters/postgres/pool.ts'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import { settingsSchema } from '../../../contracts/config.ts'
import { DriftgateError } from '../../../contracts/errors.ts'
import { buildGateway } from '../../../gateway/build-gateway.ts'
import { measuredIn } from '../../../gateway/metrics/measured.ts'
import { createMetrics } from '../../../gateway/metrics.ts'
import { tellPhase as onPhase, tellReady } from '../tell-phase.ts'
import { saidPerson } from './said-person.ts'

/** What the run that starts this process tells it, as JSON in the only argument. */
export interface GatewayInput {
  readonly temporal: string
  readonly database: string
  readonly prefix: string
  /** Signs decision tokens, in PEM. */
  readonly privateKey: string
  readonly port: number
  /** A file of who may what, asked when somebody answers in chat. */
  readonly groups: string
  /** Its clock runs ahead by so much, milliseconds. */
  readonly aheadMs: number
}

/** A gateway in a process that can be killed, and that tells the run of every phase. Who asks is whoever it is told. */
const input = JSON.parse(process.argv[2] ?? '') as GatewayInput
const url = `http://127.0.0.1:${input.port}`
const db = openPool(input.database)
const client = await connectClient({ address: input.temporal, namespace: 'default' })
const clock = () => Date.now() + input.aheadMs
const app = buildGateway({
  settings: {
    environment: 'chaos',
    temporal: { address: input.temporal, namespace: 'default', prefix: input.prefix },
    gateway: settingsSchema.shape.gateway.parse({ url, issuer: url }),
  },
  ...{ db, clock, onPhase, temporal: { client, prefix: input.prefix } },
  identity: saidPerson,
  signingKey: await signingKeyOf(input.privateKey),
  openLog: async () => {
    throw new DriftgateError('KAFKA_UNREACHABLE', { brokers: 'none' })
  },
  openAnswers: (name, inForce) => openAnswers(name, inForce, readSecret),
  openChannel: (name, inForce) => openChannel(name, inForce, readSecret),
  groups: openGroups({ kind: 'file', file: input.groups, roles: {} }, readSecret),
  onChatProblem: () => {},
  cookieKey: randomBytes(32),
  metrics: createMetrics(measuredIn(db, clock), () => {}),
})
await app.listen({ host: '127.0.0.1', port: input.port })
tellReady()
