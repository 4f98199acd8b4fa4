import { z } from 'zod'
import { findCandidate } from '../adapters/postgres/candidates.ts'
import { type Comparison, metricOf } from '../contracts/comparison.ts'
import type { LabelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { type HoldoutRow, holdoutRowSchema, type Metrics } from '../contracts/training.ts'
import type { Span } from '../policies/compared-rows.ts'
import { compare } from '../policies/comparison.ts'
import { binaryMetrics } from '../statistics/metrics/binary.ts'
import { regressionMetrics } from '../statistics/metrics/regression.ts'
import { parseModel, scoreRow } from '../statistics/portable-model.ts'
import { readJson } from './marker.ts'
import { protectedRows, segmentRows } from './row-groups.ts'
import { modelOf, placeOf, type TrainingDeps } from './training-deps.ts'

export interface ComparedVersions {
  readonly comparison: Comparison
  /** On the held-out rows of the judge; without a champion the candidate's own. */
  readonly champion: Metrics
  readonly candidate: Metrics
  /** Both on the rows that the champion was judged on when it was trained; null without a champion. */
  readonly oldWorld: { readonly champion: Metrics; readonly candidate: Metrics } | null
}

type Deps = Pick<TrainingDeps, 'db' | 'registry' | 'settings'>

/**
 * Any two versions of a model on the same held-out rows, scored by the one scorer from the registered files: those of
 * `judgedOn`, which is the candidate itself unless a former version comes back. That neither was trained on them is
 * checked by what is on record of both; both also answer the champion's own held-out rows.
 *
 * `loaded`: versions of this model that were read before, and will be after this call, so that each is read once.
 *
 * Errors: MODEL_UNKNOWN, ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function compareVersions(
  deps: Deps,
  versions: {
    readonly model: string
    readonly candidate: string
    readonly champion: string | null
    readonly judgedOn?: string
    /** How many are held against the champion on these rows: each is BETTER at its part of the 5 %; 1 unless said. */
    readonly contenders?: number
  },
  loaded: LoadedVersions = new Map(),
): Promise<ComparedVersions> {
  const { settings, model } = await modelOf(deps, versions.model)
  const { name } = placeOf(versions.model, model)
  const load = (version: string): Promise<LoadedVersion> => {
    const loading = loaded.get(version) ?? loadVersion(deps, name, version)
    loaded.set(version, loading)
    return loading
  }
  const candidate = await load(versions.candidate)
  const champion = versions.champion === null ? null : await load(versions.champion)
  const judge = await load(versions.judgedOn ?? versions.candidate)
  if (judge.heldOut === null) throw noRows(judge.runKey, 'nobody knows when its rows are from')
  const holdout = await judge.holdout()
  const threshold = model.labels?.threshold ?? 0.5
  const labels = Float64Array.from(holdout, ({ label }) => label)
  const scores = scoresOf(candidate, holdout)
  const championScores = champion && scoresOf(champion, holdout)
  const critical = settings.models[versions.model]?.critical ?? true
  const comparison = compare(
    {
      ...{ labels, candidate: scores, champion: championScores, threshold },
      segments: segmentRows(model.segments, holdout),
      attributes: protectedRows(model.features, holdout),
      windows: {
        heldOut: judge.heldOut,
        candidate: candidate.trainedOn,
        champion: champion?.trainedOn ?? null,
      },
      contenders: versions.contenders ?? 1,
      seed: `${versions.model}/${versions.champion ?? 'none'}/${versions.candidate}`,
    },
    { ...model.comparison, metric: metricOf(model.comparison, model.labels?.task), critical },
  )
  const metrics = metricsOf(candidate, holdout, scores, model.labels)
  if (champion === null || championScores === null) {
    return { comparison, champion: metrics, candidate: metrics, oldWorld: null }
  }
  const before = await champion.holdout()
  const inOldWorld = (version: LoadedVersion) =>
    metricsOf(version, before, scoresOf(version, before), model.labels)
  return {
    comparison,
    champion: metricsOf(champion, holdout, championScores, model.labels),
    candidate: metrics,
    oldWorld: { champion: inOldWorld(champion), candidate: inOldWorld(candidate) },
  }
}

interface LoadedVersion {
  readonly runKey: string
  readonly score: (features: HoldoutRow['features']) => number
  /** The rows that it was judged on; read when they are first asked for. */
  readonly holdout: () => Promise<readonly HoldoutRow[]>
  /** Event time of its rows, as its marker had it; null: it was registered by others. */
  readonly trainedOn: Span | null
  readonly heldOut: Span | null
}

/** By version. */
export type LoadedVersions = Map<string, Promise<LoadedVersion>>

const noRows = (runKey: string, reason: string) =>
  new DriftgateError('ARTEFACT_INVALID', { runKey, file: 'holdout.json', reason })

async function loadVersion(deps: Deps, name: string, version: string): Promise<LoadedVersion> {
  const found = await deps.registry.version(name, version)
  const runKey = found?.runKey ?? `version ${version}`
  const read = async <Value>(file: string, parse: (value: unknown) => Value) =>
    readJson(runKey, file, await deps.registry.download(name, version, file), parse)
  const model = await read('model.json', parseModel)
  let rows: Promise<readonly HoldoutRow[]> | undefined
  const heldOutRows = async () => {
    const holdout = await read('holdout.json', z.array(holdoutRowSchema).parse)
    if (holdout.length === 0) throw noRows(runKey, 'no row was held out')
    return holdout
  }
  const known = await findCandidate(deps.db, runKey)
  return {
    runKey,
    score: (features) => scoreRow(model, features),
    holdout: () => (rows ??= heldOutRows()),
    trainedOn: known?.trainedOn ?? null,
    heldOut: known?.heldOut ?? null,
  }
}

const scoresOf = ({ score }: LoadedVersion, rows: readonly HoldoutRow[]): Float64Array =>
  Float64Array.from(rows, ({ features }) => score(features))

/** Of the rows that it has a number for. */
function metricsOf(
  version: Pick<LoadedVersion, 'runKey'>,
  holdout: readonly HoldoutRow[],
  all: Float64Array,
  settings: LabelSettings | undefined,
): Metrics {
  const rows = [...all.keys()].filter((row) => Number.isFinite(all[row]))
  if (rows.length === 0) throw noRows(version.runKey, 'it has a number for no held-out row')
  const scores = rows.map((row) => all[row] as number)
  const labels = rows.map((row) => holdout[row]?.label as number)
  if (settings?.task !== 'regression') return binaryMetrics(scores, labels, settings?.threshold)
  const { mae, rmse, median_absolute_error, r2, bias } = regressionMetrics(labels, scores)
  const known = Number.isFinite(r2) ? r2 : null
  return { rows: rows.length, mae, rmse, median_absolute_error, r2: known, bias }
}
