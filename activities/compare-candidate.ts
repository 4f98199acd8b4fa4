import { z } from 'zod'
import { setComparison } from '../adapters/postgres/candidates.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { holdoutRowSchema, type Metrics } from '../contracts/training.ts'
import { compare } from '../policies/comparison.ts'
import { parseModel, scoreRow } from '../statistics/boosted-trees.ts'
import { binaryMetrics } from '../statistics/metrics/binary.ts'
import { readJson } from './marker.ts'
import { registerCandidate } from './register-candidate.ts'
import { modelOf, placeOf, retrainingOf, type TrainingDeps } from './training-deps.ts'

export interface CandidateComparison {
  readonly better: boolean
  /** On the candidate's held-out rows; without a champion the candidate's own. */
  readonly champion: Metrics
  readonly candidate: Metrics
  readonly championVersion: string | null
  readonly reason: string
  /** Both on the rows that the champion was judged on when it was trained; null without a champion. */
  readonly oldWorld: { readonly champion: Metrics; readonly candidate: Metrics } | null
}

const holdoutSchema = z.array(holdoutRowSchema)
type Holdout = z.infer<typeof holdoutSchema>

type CompareDeps = Pick<TrainingDeps, 'db' | 'registry' | 'rollout' | 'objects' | 'settings'>

/**
 * Champion and candidate on the same held-out rows, which neither of them was trained on, scored by
 * the one scorer from the registered files; then both on the champion's own held-out rows.
 *
 * Errors: ARTEFACT_INVALID, REGISTRY_REJECTED, REGISTRY_UNREACHABLE (retryable).
 */
export async function compareCandidate(
  deps: CompareDeps,
  { runKey }: { runKey: string },
): Promise<CandidateComparison> {
  const row = await retrainingOf(deps, runKey)
  const { model } = await modelOf(deps, row.model)
  const place = placeOf(row.model, model)
  const { version } = await registerCandidate(deps, { runKey })
  const { version: championVersion } = await deps.rollout.read(place)
  const candidate = await loadVersion(deps, place.name, version)
  const champion =
    championVersion === null ? null : await loadVersion(deps, place.name, championVersion)

  const onNew = metricsOn(candidate.holdout, candidate)
  const championOnNew = champion === null ? null : metricsOn(candidate.holdout, champion)
  const decision = compare(
    {
      champion: championOnNew,
      candidate: onNew,
      positives: candidate.holdout.filter((held) => held.label === 1).length,
    },
    model.comparison,
  )
  const result: CandidateComparison = {
    better: decision.better,
    champion: championOnNew ?? onNew,
    candidate: onNew,
    championVersion,
    reason: decision.reason,
    oldWorld:
      champion === null
        ? null
        : {
            champion: metricsOn(champion.holdout, champion),
            candidate: metricsOn(champion.holdout, candidate),
          },
  }
  await setComparison(deps.db, runKey, result)
  return result
}

interface LoadedVersion {
  readonly score: (features: Holdout[number]['features']) => number
  readonly holdout: Holdout
}

async function loadVersion(
  deps: Pick<TrainingDeps, 'registry'>,
  name: string,
  version: string,
): Promise<LoadedVersion> {
  const found = await deps.registry.version(name, version)
  const runKey = found?.runKey ?? `version ${version}`
  const read = async <Value>(file: string, parse: (value: unknown) => Value) =>
    readJson(runKey, file, await deps.registry.download(name, version, file), parse)
  const model = await read('model.json', parseModel)
  const holdout = await read('holdout.json', holdoutSchema.parse)
  if (holdout.length === 0) {
    const reason = 'no row was held out'
    throw new DriftgateError('ARTEFACT_INVALID', { runKey, file: 'holdout.json', reason })
  }
  return { score: (features) => scoreRow(model, features), holdout }
}

const metricsOn = (holdout: Holdout, version: LoadedVersion): Metrics =>
  binaryMetrics(
    holdout.map((held) => version.score(held.features)),
    holdout.map((held) => held.label),
  )
