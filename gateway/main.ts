import { hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { openAnswers, openChannel } from '../adapters/chat/index.ts'
import { readSecret } from '../adapters/files/read-secret.ts'
import { openGroups } from '../adapters/groups/index.ts'
import { signingKeyOf } from '../adapters/identity/decision-token.ts'
import { openIdentity } from '../adapters/identity/index.ts'
import { kafkaAccess } from '../adapters/kafka/access.ts'
import { openKafkaLog } from '../adapters/kafka/log.ts'
import { migrate } from '../adapters/postgres/migrate.ts'
import { openPool } from '../adapters/postgres/pool.ts'
import { temporalAccess } from '../adapters/temporal/access.ts'
import { connectClient } from '../adapters/temporal/connect.ts'
import type { Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { parseSettings } from '../contracts/settings-text.ts'
import { buildGateway } from './build-gateway.ts'
import { databaseUrl } from './database-url.ts'
import { measuredIn } from './metrics/measured.ts'
import { createMetrics } from './metrics.ts'

// The gateway process: node gateway/main.ts --config FILE
const log = pino({ name: 'gateway' })

async function start(settings: Settings): Promise<void> {
  const signingPem = readSecret(
    required(settings.gateway.signingKey, 'gateway.signingKey'),
    'gateway.signingKey',
  )
  const signingKey = await signingKeyOf(signingPem)
  const db = openPool(databaseUrl(settings), { secretOf: readSecret })
  await untilItAnswers(() => migrate(db))
  const client = await connectClient(temporalAccess(settings.temporal, readSecret), {
    onRetry: (error, pauseMs) => log.warn({ err: error, pauseMs }, error.message),
  })
  const leaving = new AbortController()
  const app = buildGateway(
    {
      settings,
      db,
      temporal: { client, prefix: settings.temporal.prefix },
      identity: openIdentity(settings.gateway),
      openLog: () => openKafkaLog(kafkaAccess(settings.kafka, readSecret), 'driftgate-gateway'),
      signingKey,
      // A key of its own from the one secret there is, so that sessions outlive a restart (RFC 5869).
      cookieKey: new Uint8Array(hkdfSync('sha256', signingPem, '', 'driftgate cookies', 32)),
      openAnswers: (name, inForce) => openAnswers(name, inForce, readSecret),
      openChannel: (name, inForce) => openChannel(name, inForce, readSecret),
      groups: openGroups(settings.gateway.groups, readSecret),
      onChatProblem: (error) => log.warn({ err: error }, 'an answer from chat'),
      clock: Date.now,
      leaving: leaving.signal,
      metrics: createMetrics(measuredIn(db, Date.now), (series, error) =>
        log.warn({ err: error, series }, 'a series could not be asked for'),
      ),
    },
    { level: process.env['DRIFTGATE_LOG_LEVEL'] ?? 'info', redact: ['req.headers.authorization'] },
  )
  const close = async () => {
    leaving.abort()
    // Whoever hands out the traffic has to see it first; then what is under way is finished.
    await sleep(settings.gateway.drain)
    await app.close()
    await client.connection.close()
    await db.end()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close())
  await app.listen(listenAt(settings))
}

/** `gateway.listen`, else loopback at the port of `gateway.url`: what is reached from outside says so. */
function listenAt({ gateway }: Settings): { host: string; port: number } {
  const url = new URL(gateway.url)
  const [host, port] = gateway.listen?.split(':') ?? ['127.0.0.1', url.port || '7070']
  return { host: host ?? '127.0.0.1', port: Number(port) }
}

/** The database may start later than we do. */
async function untilItAnswers(task: () => Promise<void>): Promise<void> {
  for (let pauseMs = 250; ; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      return await task()
    } catch (error) {
      if (error instanceof DriftgateError && !error.entry.retryable) throw error
      if (!isConnectionProblem(error)) throw error
      log.warn({ err: error, pauseMs }, 'PostgreSQL does not answer yet')
      await sleep(pauseMs)
    }
  }
}

const isConnectionProblem = (error: unknown): boolean =>
  error instanceof Error &&
  (/^(ECONN|ENOTFOUND|57P03)/.test('code' in error ? String(error.code) : '') ||
    /timeout exceeded when trying to connect|Connection terminated/.test(error.message))

function required<T>(value: T | undefined, name: string): T {
  if (value !== undefined) return value
  throw new DriftgateError('CONFIG_SECRET_MISSING', { name, source: 'the configuration' })
}

const { values } = parseArgs({ options: { config: { type: 'string' } } })
try {
  if (!values.config) {
    throw new DriftgateError('USAGE', { reason: '--config is missing', fix: 'name a file' })
  }
  await start(parseSettings(readFileSync(values.config, 'utf8'), values.config))
} catch (error) {
  log.fatal({ err: error }, error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
