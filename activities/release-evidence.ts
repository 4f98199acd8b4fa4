import { z } from 'zod'
import { findCandidate, findCandidateByVersion } from '../adapters/postgres/candidates.ts'
import { rulesInForce } from '../adapters/postgres/gate-policies.ts'
import { findIncident } from '../adapters/postgres/incidents.ts'
import type { Db } from '../adapters/postgres/pool.ts'
import { findRelease } from '../adapters/postgres/releases.ts'
import { comparisonSchema } from '../contracts/comparison.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { GatePolicy } from '../contracts/gate-policy.ts'
import type { GateRules } from '../contracts/gate-rules.ts'
import type { Reinstates, ReleaseEvidence } from '../contracts/release.ts'
import { type Metrics, metricsSchema, ofNumbers } from '../contracts/training.ts'
import { peopleNeeded } from '../policies/quorum.ts'
import { stepsInWords } from '../policies/rollout-words.ts'
import { digestOf } from '../profiles/index.ts'
import { count, metricValue } from '../reports/numbers.ts'
import { noVersion } from './promote.ts'

export interface EvidenceDeps {
  readonly db: Db
  /** The configuration in force. */
  readonly settings: () => Promise<Settings>
  /** What the rollout target holds now. */
  readonly targetGeneration: (input: {
    model: string
  }) => Promise<{ generation: string; version: string }>
}

export interface EvidenceInput {
  readonly model: string
  readonly release: string
  readonly runKey: string
  readonly incident: string | null
  /** As it was shown before: later windows do not change what was asked. */
  readonly driftReport?: ReleaseEvidence['driftReport']
  readonly reinstates?: Reinstates | undefined
}

const comparedSchema = z.object({
  /** Absent in what was compared before the paired tests. */
  comparison: comparisonSchema.optional(),
  champion: metricsSchema,
  candidate: metricsSchema,
  championVersion: z.string().nullable(),
  /** One that served before, where it goes on instead. */
  version: z.string().optional(),
  oldWorld: z
    .object({ champion: metricsSchema, candidate: metricsSchema })
    .nullable()
    .default(null),
})

/**
 * Everything an approver is shown, as it is now. RELEASE_STALE when the target holds another version
 * than the one the candidate was compared with: nobody knows whether it is better than that one.
 */
export async function releaseEvidence(
  deps: EvidenceDeps,
  input: EvidenceInput,
): Promise<ReleaseEvidence> {
  const { model, release, runKey } = input
  const { own, rules } = await gateOf(deps, model)
  const trained = await findCandidate(deps.db, runKey)
  if (trained === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const compared = comparedSchema.parse(trained.comparison)
  const candidate =
    compared.version === undefined
      ? trained
      : await findCandidateByVersion(deps.db, model, compared.version)
  if (candidate === null) throw new DriftgateError('RELEASE_UNKNOWN', { release })
  const target = await deps.targetGeneration({ model })
  const champion = compared.championVersion ?? target.version
  if (champion !== target.version && candidate.version !== target.version) {
    throw new DriftgateError('RELEASE_STALE', { release, given: champion, current: target.version })
  }
  const stable = target.version === noVersion ? null : target.version
  const steps = stepsInWords(own.rollout, { stable, candidate: candidate.version })
  return {
    schema: 'driftgate-evidence/1',
    model,
    candidate: {
      version: candidate.version,
      runKey: candidate.runKey,
      digest: candidate.markerDigest,
    },
    champion: { version: champion },
    trainedOn: isoSpan(candidate.trainedOn),
    heldOut: { ...isoSpan(trained.heldOut), rows: compared.candidate.rows },
    metrics: { champion: compared.champion, candidate: compared.candidate },
    ...(compared.comparison && { comparison: compared.comparison }),
    driftReport:
      input.driftReport === undefined
        ? await driftReport(deps.db, input.incident)
        : input.driftReport,
    policy: policyOf(rules),
    ...(input.reinstates && { reinstates: input.reinstates }),
    ...(steps.length > 0 && { rollout: steps }),
    targetGeneration: target.generation,
    segments: [],
    labelCoverage: null,
    provisional: [],
    knownLimits: [
      ...(input.reinstates ? await takenBack(deps.db, input.reinstates.release) : []),
      ...comesBack(trained.version, compared),
      ...oldWorldLimits(compared),
    ],
  }
}

/** A model of the applied configuration, and by what its gate judges, which may be another. MODEL_UNKNOWN. */
export async function gateOf(
  { db, settings }: Pick<EvidenceDeps, 'db' | 'settings'>,
  model: string,
): Promise<{ all: Settings; own: ModelSettings; rules: GateRules }> {
  const all = await settings()
  const own = all.models[model]
  const rules = own && (await rulesInForce(db, all, model))
  if (!own || !rules) throw new DriftgateError('MODEL_UNKNOWN', { model })
  return { all, own, rules }
}

/** What people are shown of a gate, and its digest: another gate is other evidence. */
export function policyOf({ critical, owners, approval }: GateRules): GatePolicy {
  // When it moves, and who is whom, is no part of what is asked for.
  const { quorum, required, role, expiry, escalation: further, breakGlass, onExpiry } = approval
  const ending = onExpiry === undefined ? {} : { onExpiry }
  const authors = approval.ownersMayApprove || owners.length === 0 ? {} : { owners }
  const escalation = further ? { escalation: further } : {}
  const asked = quorum === undefined ? { required, role } : { quorum }
  return {
    digest: digestOf({
      critical,
      approval: { ...asked, expiry, ...ending, ...escalation, ...(breakGlass && { breakGlass }) },
      ...authors,
    }),
    critical,
    ...(quorum === undefined
      ? { required, role }
      : { required: peopleNeeded(quorum), places: quorum }),
    ...authors,
    ...ending,
    ...escalation,
    ...(breakGlass && { breakGlass }),
  }
}

async function driftReport(
  db: Db,
  incidentId: string | null,
): Promise<ReleaseEvidence['driftReport']> {
  const incident = incidentId === null ? null : await findIncident(db, incidentId)
  if (incident === null) return null
  return { verdict: incident.verdictId, evidenceDigest: incident.evidenceDigest }
}

/** What speaks against it first. */
async function takenBack(db: Db, release: string): Promise<string[]> {
  const row = await findRelease(db, release)
  return row === null ? [] : [`it was released as ${release} and taken back: ${row.reason}`]
}

const comesBack = (trained: string, { version }: z.infer<typeof comparedSchema>): string[] =>
  version === undefined
    ? []
    : [
        `version ${version} served before and comes back: on the same rows it gains more than version ${trained}, which was trained now`,
      ]

/** What the candidate loses on rows from before the drift: said, since such rows may come back. */
function oldWorldLimits({ oldWorld }: z.infer<typeof comparedSchema>): string[] {
  if (oldWorld === null) return []
  const { champion, candidate } = oldWorld
  const worse = worseInOldWorld(champion, candidate)
  return worse === null
    ? []
    : [
        `worse on the ${count(champion.rows)} rows that the champion was judged on when it was trained: ${worse}`,
      ]
}

/** What got worse in words; null: nothing did. */
function worseInOldWorld(champion: Metrics, candidate: Metrics): string | null {
  if (ofNumbers(champion) || ofNumbers(candidate)) {
    if (!ofNumbers(champion) || !ofNumbers(candidate) || candidate.mae <= champion.mae) return null
    return `mean absolute error ${metricValue(champion.mae)} to ${metricValue(candidate.mae)}`
  }
  if (candidate.accuracy >= champion.accuracy && candidate.brier <= champion.brier) return null
  const change = (metric: 'accuracy' | 'brier') =>
    `${champion[metric].toFixed(3)} to ${candidate[metric].toFixed(3)}`
  return `accuracy ${change('accuracy')}, Brier score ${change('brier')}`
}

const isoSpan = ({ start, end }: { start: string; end: string }) => ({
  start: new Date(start).toISOString(),
  end: new Date(end).toISOString(),
})
