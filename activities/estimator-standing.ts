import type { EstimatorsOf } from '../adapters/postgres/estimators.ts'
import { labelsSoFar } from '../adapters/postgres/estimators.ts'
import type { WindowToMeasure } from '../adapters/postgres/performances.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import type { LabelSettings } from '../contracts/label-settings.ts'
import { type Estimator, kindOf } from '../judging/performance/estimator.ts'
import { type FeatureRow, placesIn } from '../judging/performance/feature-columns.ts'
import type { Estimators } from './fit-estimators.ts'
import { binningOfReading, windowSample } from './window-sample.ts'

/** What is known of a version beside the rows of a window. */
export interface EstimatorStanding {
  readonly estimator: Estimator | null
  /** Where there is none: why. */
  readonly missing: string
  /** It was fitted to this window. */
  readonly isReference: boolean
  readonly digest: string | null
}

/** By version; of one without an estimator it says how many labels are final so far. */
export async function estimatorStandings(
  db: Db,
  { model }: Pick<EstimatorsOf, 'model'>,
  labels: LabelSettings,
  estimators: Estimators,
): Promise<(version: string, window: Pick<WindowToMeasure, 'start'>) => EstimatorStanding> {
  const so = await labelsSoFar(db, model)
  return (version, { start }) => {
    const found = estimators.get(version)
    const { labels: final, windows } = so.get(version) ?? { labels: 0, windows: 0 }
    const kind = kindOf(labels)
    return {
      estimator: found?.payload ?? null,
      missing: typeof kind === 'object' ? kind.not : missingOf(labels, final, windows),
      isReference:
        found?.evidence.windows.some((window) => Date.parse(window.start) === start.getTime()) ??
        false,
      digest: found?.digest ?? null,
    }
  }
}

const missingOf = ({ performance }: LabelSettings, labels: number, windows: number): string => {
  const needed = performance.learn.labels.toLocaleString('en-US')
  const there = labels === 0 ? 'none is' : `${labels.toLocaleString('en-US')} in ${windows} are`
  return `no labels yet to estimate by: of ${needed} in two final windows at least ${there} there`
}

/** Features of the rows of a window that were kept with its counts, as an estimator learned them. */
export interface KnownFeatures {
  /** Of a row by its id as tables hold it; undefined: it is not in the sample. */
  readonly of: (id: string) => FeatureRow | undefined
  readonly digest: string
}

/** A string: why they are not known. */
export async function knownFeatures(
  db: Db,
  window: WindowToMeasure,
  version: string,
  { features }: Estimator,
): Promise<KnownFeatures | string> {
  const none = 'no sample of its rows is kept, by whose features it is estimated'
  if (features.length === 0) return none
  const binning = await binningOfReading(db, window.reading)
  const sample = binning === null ? null : await windowSample(db, window, version)
  if (binning === null || sample === null) return none
  const places = placesIn(features, binning)
  if (typeof places === 'string') return `${places}, by which it is estimated, is not in the log`
  return {
    digest: sample.digest,
    of: (id) => {
      const values = sample.rows.get(id)
      return values === undefined ? undefined : places.map((place) => values[place] ?? null)
    },
  }
}
