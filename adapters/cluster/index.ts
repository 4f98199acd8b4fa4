import type { Settings } from '../../contracts/config.ts'
import { type SparkStandaloneOptions, sparkStandalone } from './spark-standalone.ts'
import type { TrainingCluster } from './training-cluster.ts'

type OpenCluster = (
  settings: Settings['cluster'],
  options: SparkStandaloneOptions,
) => TrainingCluster

/** Every kind of training cluster, one line each. */
export const clusters = {
  'spark-standalone': sparkStandalone,
} satisfies Record<Settings['cluster']['kind'], OpenCluster>

/** Opens the cluster that the configuration names. No connection is made before the first call. */
export const openCluster: OpenCluster = (settings, options) =>
  clusters[settings.kind](settings, options)
