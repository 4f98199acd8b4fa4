import { repeatedBetween, unmatchedIn } from '../adapters/postgres/join-counts.ts'
import type { Below } from '../adapters/postgres/parts.ts'
import { findReading } from '../adapters/postgres/readings.ts'
import { placesOf } from '../adapters/postgres/verdicts.ts'
import type { Report } from '../contracts/report.ts'
import type { ScanPlan } from '../contracts/scan.ts'
import type { ScanDeps } from './scan-deps.ts'

type JoinedCounts = Pick<Report['rows'], 'repeated' | 'removed' | 'differing' | 'unmatched'>

/**
 * What the joins of a window told: halves that found no other one, and what came again on the way to it. Nothing where
 * rows count as they are read.
 */
export async function joinedCounts(
  { db }: ScanDeps,
  plan: ScanPlan,
  first: ScanPlan,
  before: Below,
): Promise<JoinedCounts> {
  const { reading, window, joins } = plan
  if (joins === undefined) return {}
  const after = placesOf(before.cut).joins ?? 0
  const { repeated, differing } = await repeatedBetween(db, reading, after, first.joins ?? joins)
  const definition = (await findReading(db, reading))?.definition
  if (definition?.dedupeWithin !== undefined) return { removed: repeated, differing }
  const [start, end] = [new Date(window.start), new Date(window.end)]
  return { repeated, unmatched: await unmatchedIn(db, reading, { start, end }, joins) }
}
