import { stat } from 'node:fs/promises'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { checkTrainingTable, isOfPostgres } from '../../adapters/postgres/training-table.ts'
import type { ModelSettings } from '../../contracts/config.ts'
import { featureColumns } from '../../contracts/derived-feature.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { RetrainingSource } from '../../contracts/training-table.ts'
import type { Probe, ProbeInput } from './probe.ts'

/** Looks at every table that a model is retrained from, as far as that is possible without its JDBC driver. */
export function trainingTableProbes({ settings }: ProbeInput): Probe[] {
  return Object.entries(settings.models).flatMap(([name, model]) => {
    const { source } = model.retraining
    if (source === undefined) return []
    return [
      {
        name: `Training rows of ${name}`,
        address: source.kind === 'jdbc' ? source.table : source.path,
        run: async () => ({ version: null, note: await lookedAt(source, model) }),
      },
    ]
  })
}

async function lookedAt(source: RetrainingSource, model: ModelSettings): Promise<string> {
  if (source.kind === 'parquet') {
    await stat(source.path).catch((cause: Error) => {
      const details = { table: source.path, reason: cause.message }
      throw new DriftgateError('TRAINING_TABLE_UNREACHABLE', details, { cause })
    })
    return 'it is there; its columns are looked at by the job'
  }
  if (!isOfPostgres(source)) return 'not looked at: only tables of PostgreSQL can be from here'
  const password = readSecret(source.password, 'retraining.source.password')
  const features = featureColumns(model.features).map(({ name, from }) => from?.feature ?? name)
  await checkTrainingTable(source, password, features)
  return 'its columns are there'
}
