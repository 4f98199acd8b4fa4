import type pg from 'pg'
import type { KafkaLog } from '../adapters/kafka/log.ts'
import { settingsOf } from '../adapters/postgres/config-versions.ts'
import type { SchemaRegistry } from '../adapters/schemas/schema-registry.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { OnPhase } from '../contracts/scan-phases.ts'

/** The outside world of a scan. */
export interface ScanDeps {
  readonly db: pg.Pool
  readonly log: KafkaLog
  /** For logs whose records name their schema; absent: none is configured. */
  readonly schemas?: SchemaRegistry
  /** The configuration version in force. */
  readonly settings: () => Promise<{ id: number; settings: Settings }>
  /** Absent: nobody wants to know. */
  readonly onPhase?: OnPhase
}

export async function scannedModel(
  deps: Pick<ScanDeps, 'settings'>,
  model: string,
): Promise<{ configVersion: number; settings: ModelSettings }> {
  const { id, settings } = await deps.settings()
  const found = settings.models[model]
  if (found === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model })
  return { configVersion: id, settings: found }
}

/** The model as the plan's own configuration version has it, whatever has been applied since. */
export async function plannedModel(
  deps: Pick<ScanDeps, 'db' | 'settings'>,
  { model, configVersion }: { model: string; configVersion: number },
): Promise<ModelSettings> {
  const { id, settings } = await deps.settings()
  const planned = id === configVersion ? settings : await settingsOf(deps.db, configVersion)
  const found = planned.models[model]
  if (found === undefined) throw new DriftgateError('MODEL_UNKNOWN', { model })
  return found
}
