import { probeTemporal } from '../adapters/temporal/probe.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { GatewayDeps } from './deps.ts'
import { sharedFor } from './one-answer.ts'

/** How long each of them may take to answer, and for how long an answer is good, milliseconds. */
const patienceMs = 2_000
const goodForMs = 1_000

/**
 * Whether this gateway can do its work: PostgreSQL, Temporal and the identity provider answer, and it is not about to end.
 * All three are asked at once, and at most once a second however often this is called. Throws GATEWAY_NOT_READY, which
 * names what is missing.
 */
export function readiness(deps: GatewayDeps): () => Promise<void> {
  const missing = sharedFor(goodForMs, deps.clock, () => ask(deps))
  return async () => {
    const reasons = deps.leaving?.aborted ? ['it is about to end'] : await missing()
    if (reasons.length === 0) return
    throw new DriftgateError('GATEWAY_NOT_READY', { reason: reasons.join('; ') })
  }
}

async function ask({ db, temporal, identity, settings }: GatewayDeps): Promise<string[]> {
  const answers = await Promise.allSettled([
    databaseAnswers(db),
    probeTemporal(temporal.client, settings.temporal.address, patienceMs),
    identity.probe(patienceMs),
  ])
  return answers.flatMap((answer) =>
    answer.status === 'rejected' ? [(answer.reason as DriftgateError).message] : [],
  )
}

async function databaseAnswers(db: GatewayDeps['db']): Promise<void> {
  // A database that is gone without a word keeps a query for minutes.
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`not within ${patienceMs} ms`)), patienceMs)
  try {
    await Promise.race([db.query('select 1'), late.promise])
  } catch (cause) {
    throw new DriftgateError('POSTGRES_UNREACHABLE', { address: 'postgres.url' }, { cause })
  } finally {
    clearTimeout(timer)
  }
}
