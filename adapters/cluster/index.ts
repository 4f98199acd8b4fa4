import type { ClusterSettings } from '../../contracts/config.ts'
import { sparkStandalone } from './spark-standalone.ts'
import { sparkSubmit } from './spark-submit.ts'
import type { ClusterOptions, TrainingCluster } from './training-cluster.ts'
import { trainingWebhook } from './webhook.ts'

type OpenCluster<Kind extends ClusterSettings['kind']> = (
  settings: Extract<ClusterSettings, { kind: Kind }>,
  options: ClusterOptions,
) => TrainingCluster

/** Every kind of training cluster, one line each. */
export const clusters: { readonly [Kind in ClusterSettings['kind']]: OpenCluster<Kind> } = {
  'spark-standalone': sparkStandalone,
  'spark-submit': sparkSubmit,
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
