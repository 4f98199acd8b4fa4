import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pino from 'pino'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { openIdentity } from '../../adapters/identity/index.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import type { Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { parseSettings } from '../../contracts/settings-text.ts'
import { databaseUrl } from '../database-url.ts'
import { buildGuard } from './build-guard.ts'
import { GuardCounter } from './guard-counter.ts'
import { guardMetrics } from './guard-metrics.ts'
import { GuardedModels } from './guarded-models.ts'
import { openUpstream } from './upstream.ts'
import { writeCounts } from './write-counts.ts'

// The guard process: node gateway/guard/main.ts --config FILE
const log = pino({ name: 'guard', level: process.env['DRIFTGATE_LOG_LEVEL'] ?? 'info' })

/** How often configuration and references are looked at. */
const lookMs = 2_000

/** Answers from the first moment on: while PostgreSQL is away as the models' settings in the file say. */
async function start(settings: Settings): Promise<void> {
  const db = openPool(databaseUrl(settings), { max: 4, secretOf: readSecret })
  const id = randomUUID()
  const counter = new GuardCounter(id)
  const models = new GuardedModels(settings.models, {
    db,
    clock: Date.now,
    onChange: ({ name, reason, fit }) =>
      log.info({ model: name, ...fit }, reason === null ? 'judges' : `cannot judge: ${reason}`),
    onTrouble: (error) => log.warn({ err: error }, 'the configuration could not be looked at'),
  })
  const upstream = openUpstream()
  const leaving = new AbortController()
  const app = buildGuard(
    {
      ...{ settings, models, counter, upstream, metrics: guardMetrics(models) },
      ...{ identity: openIdentity(settings.gateway), clock: Date.now, leaving: leaving.signal },
    },
    { level: 'warn', name: 'guard', redact: ['req.headers.authorization'] },
  )
  const [host, port] = settings.guard.listen.split(':')
  await app.listen({ host: host as string, port: Number(port) })
  log.info({ listen: settings.guard.listen, guard: id }, 'listens')
  const follow = (async () => {
    await untilMigrated(db, leaving.signal)
    while (!leaving.signal.aborted) {
      await models.look()
      await sleep(lookMs, undefined, { signal: leaving.signal }).catch(() => {})
    }
  })()
  const counts = writeCounts(db, counter, {
    ...{ id, clock: Date.now },
    onTrouble: (error) => log.warn({ err: error }, 'counts could not be written; they are kept'),
  })
  const close = async () => {
    leaving.abort()
    await sleep(settings.gateway.drain)
    await app.close()
    await follow
    await counts
      .close()
      .catch((error: unknown) => log.error({ err: error }, 'the last counts are lost'))
    upstream.close()
    await db.end()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void close())
}

/** The tables may not be there yet, nor PostgreSQL. */
async function untilMigrated(
  db: Parameters<typeof migrate>[0],
  leaving: AbortSignal,
): Promise<void> {
  for (let pauseMs = 250; !leaving.aborted; pauseMs = Math.min(pauseMs * 2, 10_000)) {
    try {
      return await migrate(db)
    } catch (error) {
      log.warn({ err: error, pauseMs }, 'PostgreSQL does not answer yet')
      await sleep(pauseMs, undefined, { signal: leaving }).catch(() => {})
    }
  }
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
