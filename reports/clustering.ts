import type { FeatureReport } from '../contracts/report.ts'
import { count, short } from './numbers.ts'

/** What clustered rows count as: "design effect 2.9: 20,000 rows count as 6,900"; nothing where they are independent. */
export function clusteringOf({
  clustering,
  primary,
}: Pick<FeatureReport, 'clustering' | 'primary'>): string {
  if (clustering === undefined) return ''
  const { rows, clusters, designEffect } = clustering
  const side = (name: 'current' | 'reference') =>
    `${count(rows[name])} rows in ${count(clusters[name])} clusters count as ${count(primary.n[name])}`
  return `design effect ${short(designEffect)}: ${side('current')}; in the reference ${side('reference')}`
}
