import type pg from 'pg'
import { binningOf } from '../adapters/postgres/binnings.ts'
import { versionPartsBelow } from '../adapters/postgres/parts.ts'
import type { WindowToMeasure } from '../adapters/postgres/performances.ts'
import { findReading } from '../adapters/postgres/readings.ts'
import { labelledOf } from '../adapters/postgres/sampled-labels.ts'
import { cutOf } from '../adapters/postgres/verdicts.ts'
import type { Binning } from '../contracts/binning.ts'
import type { LabelPlan } from '../contracts/label-reading.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import type { LabelledRow, MeasuredLoss } from '../contracts/performance.ts'
import { commonSample } from '../judging/slices/common-sample.ts'
import { type JoinedSample, joinedSample } from '../judging/slices/labelled-sample.ts'
import { type SampledRow, storedId } from '../profiles/index.ts'

/** Rows that are looked at, now and before, and of one earlier window: what a search may take. */
const mostRows = 6_000
const mostOfOne = 2_000

export interface SampledVersion {
  readonly plan: LabelPlan
  readonly settings: LabelSettings
  readonly version: string
  readonly loss: MeasuredLoss['name']
}

/** The sampled rows of a window that have a label; null: no sample of them was kept. */
export async function sampleNow(
  db: pg.Pool,
  asked: SampledVersion,
  window: WindowToMeasure,
): Promise<{ readonly sample: JoinedSample; readonly binning: string } | null> {
  const binning = await binningDigestOf(db, window)
  const rows = await sampleOf(db, asked, window, mostRows)
  if (rows === null) return null
  const known = await labelsOf(db, asked, window, rows)
  return { sample: joinedSample([rows], known, await joinedAs(db, asked, binning)), binning }
}

/**
 * The same of earlier windows together, the newest first, as far as they were counted under the same binning: until there
 * are enough rows. Null: there are none.
 */
export async function sampleBefore(
  db: pg.Pool,
  asked: SampledVersion,
  windows: readonly WindowToMeasure[],
  binning: string,
): Promise<{ readonly sample: JoinedSample; readonly starts: readonly string[] } | null> {
  const samples: (readonly SampledRow[])[] = []
  const starts: string[] = []
  const known = new Map<string, LabelledRow>()
  for (const window of windows) {
    if (known.size >= mostRows) break
    if ((await binningDigestOf(db, window)) !== binning) continue
    const rows = await sampleOf(db, asked, window, Math.min(mostOfOne, mostRows - known.size))
    if (rows === null || rows.length === 0) continue
    for (const [id, row] of await labelsOf(db, asked, window, rows)) known.set(id, row)
    samples.push(rows)
    starts.push(window.start.toISOString())
  }
  if (samples.length === 0) return null
  const sample = joinedSample(samples, known, await joinedAs(db, asked, binning))
  return sample.ids.length === 0 ? null : { sample, starts }
}

async function sampleOf(
  db: pg.Pool,
  { version }: SampledVersion,
  { reading, start, end, cut, repairs, began }: WindowToMeasure,
  most: number,
): Promise<readonly SampledRow[] | null> {
  const since = began && { began: { windowsFrom: start.toISOString(), offsets: began } }
  const below = { cut, repairs, ...since }
  const wanted = { segments: false, samples: true }
  const parts = await versionPartsBelow(db, reading, { start, end }, below, version, wanted)
  return commonSample(parts, most)
}

const labelsOf = (
  db: pg.Pool,
  { plan }: SampledVersion,
  window: WindowToMeasure,
  rows: readonly SampledRow[],
) =>
  labelledOf(
    db,
    {
      ...{ ...window, labelReading: plan.reading, labelCut: cutOf(plan) },
      labelRepairs: plan.repairs ?? 0,
    },
    rows.map(({ id }) => storedId(id)),
  )

const binningDigestOf = async (db: pg.Pool, { reading }: WindowToMeasure): Promise<string> =>
  (await findReading(db, reading))?.binning ?? ''

async function joinedAs(db: pg.Pool, { settings, loss }: SampledVersion, digest: string) {
  const binning: Binning = await binningOf(db, digest)
  return { binning, settings, loss }
}
