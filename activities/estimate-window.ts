import { createHash } from 'node:crypto'
import type { EarlierEstimate } from '../adapters/postgres/estimates.ts'
import { estimatorRows } from '../adapters/postgres/estimators.ts'
import { eachPrediction } from '../adapters/postgres/kept-predictions.ts'
import type { WindowToMeasure } from '../adapters/postgres/performances.ts'
import type { EstimateReport } from '../contracts/estimate.ts'
import { estimateHeadline } from '../judging/performance/estimate-headline.ts'
import type { EarlierEstimates, WindowRow } from '../judging/performance/estimated-parts.ts'
import { judgeByEstimate } from '../judging/performance/judge-estimate.ts'
import { taskOf } from '../judging/performance/labelled-rows.ts'
import { PredictedRows } from '../judging/performance/predicted-rows.ts'
import type { JudgedSettings } from '../judging/performance/rules/index.ts'
import { digestOf } from '../profiles/index.ts'
import { estimated, type StandingTask } from './estimated-apart.ts'
import { type EstimatorStanding, type KnownFeatures, knownFeatures } from './estimator-standing.ts'
import { askedBy, type Estimators } from './fit-estimators.ts'
import type { ScanDeps } from './scan-deps.ts'

/** So far back windows are estimated, and held against earlier estimates: eight weeks. */
export const reachMs = 56 * 86_400_000
/** A window whose estimate so surely differs from the reference is none to hold later ones against. */
const told = 0.001

/** What all windows of a run are estimated by. */
export interface EstimatingMoment {
  readonly model: string
  readonly settings: JudgedSettings
  readonly configVersion: number
  /** Rows are kept with their counts. */
  readonly keepSample: boolean
  readonly estimators: Estimators
  readonly standing: (version: string, window: WindowToMeasure) => EstimatorStanding
  /** Of windows that are estimated already. */
  readonly earlier: EarlierEstimate[]
}

/** What of an estimate later windows are held against. */
export const lossesOf = ({ window, parts, evidence }: EstimateReport): EarlierEstimate[] =>
  parts.flatMap(({ version, segment, loss, change }) =>
    loss === null || change === null
      ? []
      : [
          {
            ...{ ...loss, version, segment, p: change.p },
            ...{ start: new Date(window.start), end: new Date(window.end) },
            estimator: evidence.estimators[version] as string,
          },
        ],
  )

/** What of them a window is held against, in order of time. */
function earlierThan({ earlier, estimators }: EstimatingMoment, { start }: WindowToMeasure) {
  const since = start.getTime() - reachMs
  const before = earlier
    .filter((one) => one.start.getTime() >= since && one.end <= start && one.p > told)
    .filter(({ version, estimator }) => estimators.get(version)?.digest === estimator)
    .toSorted((left, right) => left.start.getTime() - right.start.getTime())
  const of: EarlierEstimates = ({ version, segment }) =>
    before.filter((one) => one.version === version && one.segment === segment)
  return { before, of }
}

/** One window from its predictions below the cut of its scan. The same record gives the same bytes. */
export async function estimateWindow(
  { db }: ScanDeps,
  moment: EstimatingMoment,
  window: WindowToMeasure,
  signal: AbortSignal | undefined,
): Promise<EstimateReport> {
  const { model, settings, configVersion, keepSample, estimators } = moment
  const { labels } = settings
  const known = await featuresIn(db, moment, window)
  const { rows, sampled, digest: rowsDigest } = await collect(db, moment, { window, known, signal })
  const groups = rows.groups()
  const versions = [...new Set(groups.map(({ version }) => version))]
  const standings = new Map<string, StandingTask>()
  for (const version of versions) {
    const { digest, ...standing } = moment.standing(version, window)
    const features = known.get(version)
    const asked = askedBy(model, labels)
    const isShifting = sampled.has(version) && standing.estimator !== null
    standings.set(version, {
      ...standing,
      sample: sampleOf(keepSample, features, sampled.get(version)),
      reference: isShifting ? await estimatorRows(db, asked, version) : [],
      seed: `${digest} ${rowsDigest}`,
    })
  }
  const { before, of: earlier } = earlierThan(moment, window)
  const asked = { groups, labels, standings, earlier: groups.map(earlier) }
  const parts = await estimated(asked, signal)
  const task = taskOf(labels)
  const found = {
    ...{ schema: 'driftgate-estimate/1' as const, model, task, predictions: rows.predictions },
    window: { start: window.start.toISOString(), end: window.end.toISOString() },
    ...{ parts, judgement: judgeByEstimate(settings, task, parts), configVersion },
    evidence: {
      ...{ reading: window.reading, cut: window.cut, repairs: window.repairs, rows: rowsDigest },
      samples: digestsOf(versions, (version) => {
        const features = known.get(version)
        return typeof features === 'object' ? features.digest : undefined
      }),
      estimators: digestsOf(versions, (version) => estimators.get(version)?.digest),
      earlier: digestOf(before.map(textOf)),
    },
  }
  const headline = estimateHeadline(found)
  return { ...found, headline, evidenceDigest: digestOf({ ...found, headline }) }
}

/** Times as text, of which a digest can be taken. */
const textOf = ({ start, end, ...one }: EarlierEstimate) => ({
  ...{ ...one, start: start.toISOString(), end: end.toISOString() },
})

const digestsOf = (
  versions: readonly string[],
  of: (version: string) => string | undefined,
): Record<string, string> =>
  Object.fromEntries(
    versions.flatMap((version) => {
      const digest = of(version)
      return digest === undefined ? [] : [[version, digest]]
    }),
  )

type Known = ReadonlyMap<string, KnownFeatures | string>

/** Features of the sample, of each version with an estimator that was not fitted to this window. */
async function featuresIn(
  db: ScanDeps['db'],
  { estimators, standing }: EstimatingMoment,
  window: WindowToMeasure,
): Promise<Known> {
  const known = new Map<string, KnownFeatures | string>()
  for (const [version, { payload }] of estimators) {
    if (standing(version, window).isReference) continue
    known.set(version, await knownFeatures(db, window, version, payload))
  }
  return known
}

/** Every prediction of the window, and those whose features are known. */
async function collect(
  db: ScanDeps['db'],
  { settings }: EstimatingMoment,
  {
    window,
    known,
    signal,
  }: { window: WindowToMeasure; known: Known; signal: AbortSignal | undefined },
) {
  const rows = new PredictedRows(settings.labels)
  const sampled = new Map<string, WindowRow[]>()
  const hash = createHash('sha256')
  await eachPrediction(
    db,
    window,
    (row) => {
      const { id, version, score, prediction, segments } = row
      hash.update(`${JSON.stringify([id, version, score, prediction])}\n`)
      const features = known.get(version)
      if (!rows.add(row) || typeof features !== 'object') return
      const values = features.of(id)
      if (values === undefined) return
      const own = sampled.get(version) ?? []
      own.push({ score: score as number, segments: segments ?? [], values })
      sampled.set(version, own)
    },
    signal,
  )
  return { rows, sampled, digest: hash.digest('hex') }
}

const sampleOf = (
  keepSample: boolean,
  features: KnownFeatures | string | undefined,
  rows: readonly WindowRow[] = [],
): readonly WindowRow[] | string => {
  if (typeof features === 'string') return features
  return keepSample ? rows : 'data.rows keeps no samples, and it is estimated by features of rows'
}
