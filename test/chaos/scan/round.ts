import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type pg from 'pg'
import { storeConfigVersion } from '../../../adapters/postgres/config-versions.ts'
import { listIncidents } from '../../../adapters/postgres/incidents.ts'
import { findSteward } from '../../../adapters/postgres/stewards.ts'
import { connectClient } from '../../../adapters/temporal/connect.ts'
import { registerSearchAttributes } from '../../../adapters/temporal/search-attributes.ts'
import { canonicalJson } from '../../../contracts/canonical-json.ts'
import { workflowNames } from '../../../contracts/messages.ts'
import type { ScanPhase } from '../../../contracts/scan-phases.ts'
import { brokenInvariants } from '../../support/broken-invariants.ts'
import { settingsFor } from '../../support/gate-world.ts'
import { scanWorld, scheduledAfter } from '../../support/scan-world.ts'
import { persist, roundMs } from '../persist.ts'
import type { ChaosServers, ServerName } from '../servers.ts'
import type { Strike } from '../strikes.ts'
import { StruckProcess } from '../struck-process.ts'

const program = new URL('worker.ts', import.meta.url)
/** Windows that a round scans: one day as the reference, then one that drifted. */
const days = [0, 1]

/** How each kind of log is read: predictions, requests and responses apart, predictions that come more than once. */
export const chaosLogs = {
  prediction: { kind: 'prediction' },
  pair: { kind: 'pair' },
  repeated: { kind: 'prediction', dedupe: 'exact' },
} as const

/** A log that is the same in every round. */
export interface ChaosLog {
  readonly topic: string
  readonly kind: keyof typeof chaosLogs
}

export interface ScanInput {
  readonly servers: ChaosServers
  readonly log: ChaosLog
  /** Null: undisturbed. */
  readonly strike: Strike | null
  /** Something is wrong in the ledger: a slice that nobody read. */
  readonly skipSlice?: boolean
}

export interface ScanResult {
  /** Verdicts, what the steward made of them, and what was measured by labels, as bytes. */
  readonly result: string
  readonly broken: readonly string[]
  /** How often each phase was come by. */
  readonly passes: ReadonlyMap<ScanPhase, number>
  readonly struck: boolean
}

/** Both windows of the log are scanned by real workers on real servers, while one of them dies. */
export async function scanRound({ servers, log, ...input }: ScanInput): Promise<ScanResult> {
  const { strike, skipSlice = false } = input
  await using parts = new AsyncDisposableStack()
  const world = parts.adopt(await worldOf(servers, log), (part) => part.close())
  const db = world.database.pool
  const settings = settingsFor({ ...world.written, retraining: { policy: 'never' } })
  const text = JSON.stringify(settings)
  await storeConfigVersion(db, { digest: text, text, settings, person: 'chaos' })
  const prefix = `chaos-${randomBytes(4).toString('hex')}/`
  const passes = new Map<ScanPhase, number>()
  let struck = false
  let skipped = !skipSlice
  let healing: Promise<void> = Promise.resolve()

  const comeBy = async (told: string): Promise<void> => {
    const phase = told as ScanPhase
    const times = (passes.get(phase) ?? 0) + 1
    passes.set(phase, times)
    if (!skipped && phase === 'before slice') {
      skipped = true
      await db.query('update ledger_heads set head = head + 100 where partition = 1')
    }
    if (struck || phase !== strike?.phase || times !== strike.time) return
    struck = true
    if (strike.victim === 'worker') return worker.replace()
    const server = strike.victim as ServerName
    await servers.kill(server)
    healing = servers.start(server)
  }
  // Before the database is dropped, the server that was killed is there again.
  parts.defer(() => healing)
  const worker = parts.adopt(
    new StruckProcess(program, { ...servers, database: world.database.url, prefix }, comeBy),
    (part) => part.kill(),
  )
  const work = scanDays(servers.temporal, prefix, db)
  work.catch(() => {})
  const late = sleep(roundMs, null, { ref: false }).then(() => {
    throw new Error(`not through after ${roundMs / 1000} s`)
  })
  const result = await Promise.race([work, worker.broken, late])
  await healing
  await worker.kill()
  return { result, broken: await persist(() => brokenInvariants(db)), passes, struck }
}

const worldOf = (servers: ChaosServers, { topic, kind }: ChaosLog) =>
  scanWorld({
    ...{ on: servers, topic, log: chaosLogs[kind] },
    labels: { delay: '1h', minimumLabels: 50, minimumCoverage: 0.1 },
  })

async function scanDays(temporal: string, prefix: string, db: pg.Pool): Promise<string> {
  const client = await connectClient({ address: temporal, namespace: 'default' })
  await persist(() => registerSearchAttributes(client))
  for (const day of days) {
    const scheduledAt = scheduledAfter(day)
    const workflowId = `${prefix}scan/m/${scheduledAt}`
    const taskQueue = `${prefix}orchestration`
    const args = [{ model: 'm', prefix, scheduledAt }]
    await persist(() =>
      client.workflow.start(workflowNames.scan, { workflowId, taskQueue, args }).catch((error) => {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      }),
    )
    await persist(() => client.workflow.getHandle(workflowId).result())
    // Else the next scan would start none, and what it measures would depend on who was faster.
    await persist(() => client.workflow.getHandle(`${prefix}labels/m`).result())
    await persist(() => client.workflow.getHandle(`${prefix}estimates/m`).result())
  }
  // A scan ends once the steward is told; the steward saves what it made of that by itself.
  const told = async () => (await findSteward(db, 'm'))?.windows.length === days.length
  while (!(await persist(told))) await sleep(100)
  // What labels and estimates tell it comes on ways of its own: it is through once nothing more comes.
  const heard = async () => (await findSteward(db, 'm'))?.seen.length
  for (let before: number | undefined; ; ) {
    const now = await persist(heard)
    if (now === before) break
    before = now
    await sleep(3_000)
  }
  const result = await persist(() => resultOf(db))
  await persist(() => client.workflow.getHandle(`${prefix}model/m`).terminate()).catch(() => {})
  await client.connection.close()
  return result
}

/** The clock has no part in it: when an incident was opened is left out. */
async function resultOf(db: pg.Pool): Promise<string> {
  const { rows } = await db.query(
    'select window_start, evidence_digest, report, looks from verdicts order by window_start',
  )
  const { rows: performances } = await db.query(
    'select window_start, final, evidence_digest, report from performances order by window_start',
  )
  const { rows: estimates } = await db.query(
    'select window_start, evidence_digest, report from estimates order by window_start',
  )
  const incidents = (await listIncidents(db, 'm')).map(({ openedAt: _, ...incident }) => incident)
  const { seen: heard, windows } = (await findSteward(db, 'm'))!
  // In whatever order scans, labels and estimates told it.
  const seen = heard.toSorted()
  return canonicalJson(
    JSON.parse(
      JSON.stringify({ verdicts: rows, performances, estimates, incidents, seen, windows }),
    ),
  )
}
