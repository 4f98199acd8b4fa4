import type { ClusterSettings } from '../../contracts/config.ts'
import { sparkStandalone } from './spark-standalone.ts'
import type { TrainingCluster } from './training-cluster.ts'
import { trainingWebhook } from './webhook.ts'

/** What a cluster is opened with beside its settings. */
export interface ClusterOptions {
  /** The secret that the settings name, read for every request; null: they name none. */
  readonly secret: (() => string) | null
  /** Longest wait for one answer, milliseconds; 15,000 unless told. */
  readonly timeoutMs?: number
}

type OpenCluster<Kind extends ClusterSettings['kind']> = (
  settings: Extract<ClusterSettings, { kind: Kind }>,
  options: ClusterOptions,
) => TrainingCluster

/** Every kind of training cluster, one line each. */
export const clusters: { readonly [Kind in ClusterSettings['kind']]: OpenCluster<Kind> } = {
  'spark-standalone': sparkStandalone,
  webhook: trainingWebhook,
}

/** Opens the cluster that the configuration names. No connection is made before the first call. */
export function openCluster<Kind extends ClusterSettings['kind']>(
  settings: Extract<ClusterSettings, { kind: Kind }>,
  options: ClusterOptions,
): TrainingCluster {
  const open = clusters[settings.kind] as OpenCluster<Kind>
  return open(settings, options)
}
