import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { insertRetraining, setSpec } from '../adapters/postgres/retrainings.ts'
import type { Binning } from '../contracts/binning.ts'
import { canonicalJson } from '../contracts/canonical-json.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { type FeatureColumn, featureColumns } from '../contracts/derived-feature.ts'
import type { RetrainInput } from '../contracts/messages.ts'
import { recordLayout } from '../contracts/record-layout.ts'
import {
  type TrainingSource,
  type TrainingSpec,
  trainingSpecSchema,
} from '../contracts/training.ts'
import { sha256 } from './marker.ts'
import { modelOf, newRunFolder, retrainingOf, type TrainingDeps } from './training-deps.ts'

type SpecDeps = Pick<TrainingDeps, 'db' | 'objects' | 'settings' | 'onPhase'>

/** Where the rows come from and under which binning they are profiled; null: the job makes one. */
export interface TrainingRows {
  readonly sources: TrainingSource[]
  readonly binning: Binning | null
}

/** What tells the run of a drill from a retraining. */
export interface DrillOfRun {
  readonly drill: string
  /** So many of the newest rows are enough. */
  readonly rows: number
}

/** Digest of everything in the configuration that a retraining of the model depends on. */
export const settingsDigest = (model: ModelSettings): string => sha256(canonicalJson(model))

/**
 * The intent row, then the specification in the table, then its file for the job. What the table
 * holds first stays: called again, `rows` is not asked and the same bytes are written.
 */
export async function storeSpec(
  deps: SpecDeps,
  input: RetrainInput,
  rows: () => Promise<TrainingRows>,
  drill?: DrillOfRun,
): Promise<TrainingSpec> {
  const { model } = await modelOf(deps, input.model)
  await deps.onPhase?.('before intent')
  await insertRetraining(deps.db, input, settingsDigest(model), drill?.drill)
  await deps.onPhase?.('after intent')
  if ((await retrainingOf(deps, input.runKey)).spec === null) {
    const folder = newRunFolder(deps, model, input)
    const described = describe(input, model, await rows(), folder)
    const spec = drill === undefined ? described : { ...described, rows: drill.rows }
    await setSpec(deps.db, input.runKey, spec, sha256(canonicalJson(spec)))
    await deps.onPhase?.('after specification')
  }
  const stored = trainingSpecSchema.parse((await retrainingOf(deps, input.runKey)).spec)
  await writeWhole(stored.output, 'spec.json', canonicalJson(stored))
  await deps.onPhase?.('after specification file')
  return stored
}

function describe(
  input: RetrainInput,
  model: ModelSettings,
  rows: TrainingRows,
  output: string,
): TrainingSpec {
  const { paths, featurePaths } = recordLayout(model)
  return trainingSpecSchema.parse({
    schema: 'driftgate-training/1',
    runKey: input.runKey,
    model: input.model,
    trainer: model.retraining.trainer,
    ...(model.labels?.task === 'regression' && { task: model.labels.task }),
    options: {
      timeBudget: model.retraining.timeBudget / 1_000,
      ...(model.retraining.command && { command: model.retraining.command }),
    },
    seed: model.retraining.seed,
    holdout: model.retraining.holdout,
    features: inOrderOf(rows.binning, featureColumns(model.features)).map((column) =>
      model.features[column.name]?.learned === false ? { ...column, learned: false } : column,
    ),
    ...(model.segments.length === 0 ? {} : { segments: model.segments }),
    sources: rows.sources,
    paths: {
      predictions: paths,
      ...(featurePaths && { features: featurePaths }),
      labels: model.labels?.paths ?? {},
    },
    ...(model.labels?.positive !== undefined && { positive: model.labels.positive }),
    binning: rows.binning,
    output,
  })
}

/** In the order of the binning, so that it is inherited: the order of a configuration means nothing. */
function inOrderOf(binning: Binning | null, columns: readonly FeatureColumn[]): FeatureColumn[] {
  const place = new Map(binning?.features.map(({ name }, index) => [name, index]))
  const at = (name: string) => place.get(name) ?? place.size
  return columns.toSorted((left, right) => at(left.name) - at(right.name))
}

/** A reader sees the whole file or none. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const temporary = join(folder, `.${name}.${process.pid}`)
  await writeFile(temporary, text)
  await rename(temporary, join(folder, name))
}
