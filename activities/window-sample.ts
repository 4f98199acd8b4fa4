import { binningOf } from '../adapters/postgres/binnings.ts'
import { versionPartsBelow } from '../adapters/postgres/parts.ts'
import type { WindowToMeasure } from '../adapters/postgres/performances.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { findReading } from '../adapters/postgres/readings.ts'
import type { Binning } from '../contracts/binning.ts'
import type { FeatureRow } from '../judging/performance/feature-columns.ts'
import {
  createSample,
  decodeSample,
  mergeSamples,
  sampleDigest,
  sampledRows,
  storedId,
} from '../profiles/index.ts'

/** Rows of a window that were kept with its counts. */
export interface WindowSample {
  /** Id as tables hold it -> values in the order of the binning. */
  readonly rows: ReadonlyMap<string, FeatureRow>
  readonly digest: string
}

/** Of one version, below the cut of the window; null: none was kept. */
export async function windowSample(
  db: Db,
  { reading, start, end, cut, repairs, began, windowsFrom }: WindowToMeasure,
  version: string,
): Promise<WindowSample | null> {
  const offsets = began
  const below = {
    ...{ cut, repairs },
    ...(offsets !== null &&
      windowsFrom !== null && { began: { windowsFrom: windowsFrom.toISOString(), offsets } }),
  }
  const wanted = { segments: false, samples: true }
  const parts = await versionPartsBelow(db, reading, { start, end }, below, version, wanted)
  const merged = createSample()
  for (const { sample } of parts) if (sample !== null) mergeSamples(merged, decodeSample(sample))
  const rows = sampledRows(merged)
  if (rows.length === 0) return null
  return {
    rows: new Map(rows.map(({ id, values }) => [storedId(id), values])),
    digest: sampleDigest(rows),
  }
}

/** What the rows of a reading are counted under. */
export async function binningOfReading(db: Db, reading: string): Promise<Binning | null> {
  const found = await findReading(db, reading)
  return found === null ? null : binningOf(db, found.binning)
}
