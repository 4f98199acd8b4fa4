import { armLosses } from '../adapters/postgres/arm-losses.ts'
import { binningOf } from '../adapters/postgres/binnings.ts'
import { referenceInForce } from '../adapters/postgres/references.ts'
import {
  beginSums,
  type ComparedInputs,
  commitSums,
  type SummedStep,
  summedStep,
} from '../adapters/postgres/rollout-sums.ts'
import type { Binning } from '../contracts/binning.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { Health, HealthQuestion } from '../contracts/rollout.ts'
import type { HealthSettings } from '../contracts/rollout-settings.ts'
import type { ArmInputs } from '../contracts/rollout-sums.ts'
import { formatNamed } from '../formats/index.ts'
import { compareArms } from '../judging/compare-arms.ts'
import { judgeHealth } from '../policies/rollout-health.ts'
import { decodeProfile, encodeProfile } from '../profiles/index.ts'
import { answerDecoder, askedBinning } from './answer-decoder.ts'
import { mustStillBeTheSame } from './log-identity.ts'
import { type ArmCut, armTopics, cutsOf, headsAt, mustGoOn, readArms } from './read-arms.ts'
import { loadingSchemas } from './reading-schemas.ts'
import { type ScanDeps, scannedModel } from './scan-deps.ts'
import { StepTally } from './step-tally.ts'

export interface HealthOptions {
  readonly signal?: AbortSignal
  /** Of one commit. */
  readonly records?: number
  /** Told after every commit how many there were. */
  readonly onCommit?: (commits: number) => void
}

/**
 * Whether the candidate of a step is healthy: reads what came to the log since the last look, adds it to what the step has
 * come to, and judges both arms. Offsets and sums are one row, exchanged only for the one that they were read from: a
 * killed worker counts nothing twice, and of two at once one throws its work away and goes on from the other's.
 *
 * Errors: MODEL_UNKNOWN, KAFKA_TOPIC_UNKNOWN, KAFKA_UNREACHABLE (both retryable), KAFKA_LOG_RECREATED, KAFKA_LOG_SHRANK,
 * and those of `loadingSchemas`.
 */
export async function measureHealth(
  deps: ScanDeps,
  question: HealthQuestion,
  options: HealthOptions = {},
): Promise<Health> {
  const { model } = question
  const { settings } = await scannedModel(deps, model)
  const topics = armTopics(question, settings.log.topic, settings.rollout.shadowTopic)
  if ((await summedStep(deps.db, question)) === null) {
    const reference = await referenceInForce(deps.db, model)
    const heads = await headsAt(deps, topics, question.from)
    await beginSums(deps.db, question, { heads, binning: reference?.binningDigest ?? null })
  }
  const until = new Date()
  // In this order: whoever reads beside may be further than a cut that was taken before.
  const { heads } = await standing(deps, question)
  const cuts = await cutsOf(deps.log, topics)
  await mustGoOn(deps.log, heads, cuts)
  const step = await readUpTo(deps, question, { settings, cuts, until }, options)
  return judged(deps, question, { settings, step, until })
}

interface Look {
  readonly settings: ModelSettings
  readonly cuts: readonly ArmCut[]
  readonly until: Date
}

/** Reads and commits until the step is at the cut. */
async function readUpTo(
  deps: ScanDeps,
  question: HealthQuestion,
  { settings, cuts, until }: Look,
  { signal, records, onCommit }: HealthOptions,
): Promise<SummedStep> {
  const { model } = question
  let step = await standing(deps, question)
  const binning = await askedOf(deps, step)
  const format = formatNamed(settings.log.format)
  if (format === undefined) {
    throw new DriftgateError('INTERNAL', { reason: `nothing here reads ${settings.log.format}` })
  }
  const { log, lookup } = await loadingSchemas({
    ...{ model, format, options: settings.log.options, log: deps.log, registry: deps.schemas },
  })
  const decode = answerDecoder(model, settings, format, binning, lookup)
  const { error, latency } = settings.log.paths
  const timesTell = format.answered !== undefined && latency === undefined
  for (let commits = 0; ; ) {
    const sums = { ...step.sums, errorsLogged: step.sums.errorsLogged || error !== undefined }
    const tally = new StepTally(sums, binning, timesTell)
    await deps.onPhase?.('before fetch')
    const limits = { ...(records && { records }), ...(signal && { signal }) }
    const heads = await readArms(log, step, cuts, { tally, decode }, limits)
    if (heads === null) return step
    for (const { topic } of cuts) {
      await mustStillBeTheSame(log, { topic, topicId: heads[topic]?.topicId ?? null })
    }
    await deps.onPhase?.('before slice')
    const next = { ...step, heads, sums: tally.sums, ...inputsOf(tally, step, binning) }
    if (await commitSums(deps.db, question, next, until)) onCommit?.(++commits)
    await deps.onPhase?.('after slice')
    step = await standing(deps, question)
  }
}

async function standing({ db }: ScanDeps, question: HealthQuestion): Promise<SummedStep> {
  const step = await summedStep(db, question)
  if (step !== null) return step
  const { release, step: place } = question
  throw new DriftgateError('INTERNAL', { reason: `step ${place} of ${release} was never begun` })
}

const askedOf = async ({ db }: ScanDeps, { binning }: SummedStep): Promise<Binning | null> =>
  askedBinning(binning === null ? null : await binningOf(db, binning))

function inputsOf(tally: StepTally, step: SummedStep, binning: Binning | null) {
  const merged = (arm: 'stable' | 'candidate', before: Uint8Array | null) => {
    if (binning === null) return null
    const profile = tally.inputs(arm, before && decodeProfile(before, binning))
    return profile && encodeProfile(profile)
  }
  return {
    stableInputs: merged('stable', step.stableInputs),
    candidateInputs: merged('candidate', step.candidateInputs),
  }
}

/** Steps at which a candidate can be stopped: they share the risk of the release. */
function judgedSteps({ steps, watch }: ModelSettings['rollout']): number {
  return steps.filter((step) => !('confirm' in step)).length + (watch > 0 ? 1 : 0)
}

async function judged(
  deps: ScanDeps,
  question: HealthQuestion,
  { settings, step, until }: { settings: ModelSettings; step: SummedStep; until: Date },
): Promise<Health> {
  const { steps } = settings.rollout
  const { loss, ...withoutLoss } = settings.rollout.health
  // No rows are kept of what a shadow answers, so no label finds them.
  const health: HealthSettings = question.shadow ? withoutLoss : settings.rollout.health
  const spending = { steps: judgedSteps(settings.rollout) }
  const { sums } = step
  // After the last step one version answers everything: what the other one answered lies before.
  const inputs =
    question.step >= steps.length
      ? { state: 'unknown' as const, reason: 'both versions were asked at other times' }
      : await comparedInputs(deps, question, { settings, step, until, spending })
  const known = { inputs, until: until.toISOString() }
  if (health.loss === undefined) return judgeHealth({ ...known, sums }, health, spending)
  const since = new Date(question.from)
  const arms = [question.stable, question.candidate].map((version) => ({ version, since }))
  const positive = settings.labels?.positive
  const [ofStable, ofCandidate] = await armLosses(deps.db, question.model, arms, positive)
  const labelled = {
    ...sums,
    stable: { ...sums.stable, losses: ofStable ?? sums.stable.losses },
    candidate: { ...sums.candidate, losses: ofCandidate ?? sums.candidate.losses },
  }
  return judgeHealth({ ...known, sums: labelled }, health, spending)
}

/**
 * Whether both were asked alike. It is looked at again when the candidate was asked twice as much, at the n-th time at a level
 * of 1 / (n (n + 1)) of the risk, so that all times together keep it.
 */
async function comparedInputs(
  deps: ScanDeps,
  question: HealthQuestion,
  look: Omit<Look, 'cuts'> & { step: SummedStep; spending: { steps: number } },
): Promise<ArmInputs> {
  const { settings, step, until, spending } = look
  const { compared, stableInputs, candidateInputs } = step
  if (!settings.rollout.health.inputs) {
    return { state: 'unknown', reason: 'nobody wants to know what they were asked' }
  }
  const binning = await askedOf(deps, step)
  if (binning === null) {
    return { state: 'unknown', reason: 'no reference says which features are compared' }
  }
  if (stableInputs === null || candidateInputs === null) {
    return { state: 'unknown', reason: 'nobody has asked them anything yet' }
  }
  const candidate = decodeProfile(candidateInputs, binning)
  if (compared !== null && candidate.rows < 2 * compared.rows) return compared
  const times = (compared?.times ?? 0) + 1
  const { risk } = settings.rollout.health
  const level = risk / Math.max(1, spending.steps) / (times * (times + 1))
  const found = compareArms(decodeProfile(stableInputs, binning), candidate, settings, level)
  if (found.state === 'unknown') return found
  const told: ComparedInputs = { ...found, times, rows: candidate.rows }
  // Where somebody was faster with a look of theirs, the next one compares.
  await commitSums(deps.db, question, { ...step, compared: told }, until)
  return told
}
