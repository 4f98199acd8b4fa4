import type { Column } from '../adapters/files/table.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FeatureScores } from '../contracts/report.ts'
import { designEffectOf } from '../detectors/clustered.ts'
import { countedAs } from '../detectors/counted-as.ts'
import { distributionOf } from '../detectors/distribution.ts'
import { sentenceOf } from '../detectors/sentence.ts'
import { type Sides, usable } from '../detectors/sides.ts'
import { type Clusters, clustersOf, type Keys } from '../statistics/clusters.ts'
import type { TableFile } from './compare-tables.ts'

/** With fewer clusters in either file nobody can say how much they vary. */
const leastClusters = 30

/** The clusters of two files by a column of both. Throws COMPARE_CLUSTERS_FEW. */
export function clustersOfFiles(
  reference: TableFile,
  current: TableFile,
  column: string,
): Clusters {
  const keysOf = ({ table }: TableFile): Keys => {
    const found = table.columns.get(column)
    if (found?.kind === 'categorical') return found
    throw new RangeError(`${column} is not read as a key`)
  }
  const clusters = clustersOf(keysOf(reference), keysOf(current))
  for (const [side, { name }] of [
    ['reference', reference],
    ['current', current],
  ] as const) {
    const found = clusters.of[side]
    if (found < leastClusters) {
      throw new DriftgateError('COMPARE_CLUSTERS_FEW', {
        file: name,
        column,
        clusters: found,
        least: leastClusters,
      })
    }
  }
  return clusters
}

/** One feature by row, on both sides. */
export interface FeatureRows {
  readonly before: Column
  readonly now: Column
  readonly clusters: Clusters
}

/** Scores of a feature whose rows count as fewer: pictures and words are of the rows as they are. */
export function scoreClustered(
  sides: Sides,
  { before, now, clusters }: FeatureRows,
  score: (sides: Sides) => FeatureScores,
): FeatureScores {
  const rows = usable(sides)
  if (rows.reference === 0 || rows.current === 0) return score(sides)
  const { factor } = designEffectOf(valuesOf(before), valuesOf(now), clusters)
  return {
    ...score(countedAs(sides, factor)),
    clustering: { designEffect: factor, clusters: clusters.of, rows },
    distribution: distributionOf(sides),
    sentence: sentenceOf(sides),
  }
}

const valuesOf = (column: Column) => (column.kind === 'categorical' ? column : column.values)
