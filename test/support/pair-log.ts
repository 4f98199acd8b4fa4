import { advanceLedger } from '../../activities/advance-ledger.ts'
import { joinReading } from '../../activities/join-halves.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import type { ScanDeps } from '../../activities/scan-deps.ts'
import { planScan } from '../../activities/scan-plan.ts'
import type { ScanPlan } from '../../contracts/scan.ts'
import { mulberry32 } from './mulberry32.ts'
import { hourMs, origin, scheduledAfter, values } from './scan-world.ts'

export interface LoggedHalf {
  readonly id: string
  readonly half: 'request' | 'response'
  readonly value: string
}

/** Requests and responses of one day as JSON, in the order of time; a response comes up to four minutes later. */
export function pairsOf(
  index: number,
  count: number,
  { shift = 0, seed = index + 100 }: { shift?: number; seed?: number } = {},
): LoggedHalf[] {
  const next = mulberry32(seed)
  return Array.from({ length: count }, (_, i) => {
    const [amount, plan, score] = values(next, shift)
    const timeMs = origin + index * 24 * hourMs + Math.floor((i / count) * 24 * hourMs)
    const id = `d${index}-${i}`
    const part = (at: number, rest: object) =>
      JSON.stringify({ id, time: new Date(at).toISOString(), model: 'm', version: '1', ...rest })
    const answeredMs = timeMs + Math.floor(next() * 240_000)
    return [
      { id, timeMs, half: 'request', value: part(timeMs, { features: { amount, plan } }) },
      { id, timeMs: answeredMs, half: 'response', value: part(answeredMs, { score }) },
    ] as const
  })
    .flat()
    .sort((left, right) => left.timeMs - right.timeMs)
    .map(({ timeMs: _, ...half }) => half)
}

export interface PairScanOptions {
  /** Of one slice. */
  readonly records?: number
  /** So many do all of it at once. */
  readonly workers?: number
}

/** Reads and joins what a plan may hold, as its workflow does. */
export async function readPairs(
  deps: ScanDeps,
  plan: ScanPlan,
  { records, workers = 1 }: PairScanOptions = {},
): Promise<void> {
  const { reading, joins = 0 } = plan
  const size = records === undefined ? {} : { records }
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (const { partition, cut } of plan.partitions) {
        await advanceLedger(deps, { model: 'm', reading, partition, to: cut }, size)
      }
      await joinReading(deps, { model: 'm', reading, to: joins })
    }),
  )
}

/** The scan of one day's window. */
export async function scanPairs(deps: ScanDeps, index: number, options: PairScanOptions = {}) {
  const plan = await planScan(deps, { model: 'm', scheduledAt: scheduledAfter(index) })
  await readPairs(deps, plan, options)
  return { plan, report: await judgeWindow(deps, plan) }
}
