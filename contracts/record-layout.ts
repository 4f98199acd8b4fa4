import type { z } from 'zod'
import type { FeatureSettings } from './feature-settings.ts'
import type { LogSettings, recordPaths } from './model-settings.ts'

/** How the records of a log are read, as a configuration says it. Whatever is not said is not there. */
export interface RecordLayout {
  readonly format: string
  /** Those of a prediction: latency and error are read by the health of a rollout alone. */
  readonly paths: Omit<z.output<typeof recordPaths>, 'latency' | 'error'>
  /** Feature -> path, of those with a path of their own. */
  readonly featurePaths?: Readonly<Record<string, string>>
  readonly kind?: NonNullable<LogSettings['kind']>
  readonly options?: LogSettings['options']
}

/** The layout that a model's settings describe; a reading is named by it, so that it holds no default. */
export function recordLayout(settings: {
  readonly log: Pick<LogSettings, 'format' | 'paths' | 'kind' | 'options'>
  readonly features: Readonly<Record<string, Pick<FeatureSettings, 'path'>>>
}): RecordLayout {
  const { format, kind, options = {} } = settings.log
  const { latency, error, ...paths } = settings.log.paths
  const own = Object.entries(settings.features).flatMap(([name, { path }]) =>
    path === undefined ? [] : [[name, path] as const],
  )
  return {
    format,
    paths,
    ...(own.length > 0 && { featurePaths: Object.fromEntries(own) }),
    ...(kind !== undefined && { kind }),
    ...(Object.keys(options).length > 0 && { options }),
  }
}
