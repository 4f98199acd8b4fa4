import { modelSettings } from '../../contracts/config.ts'
import type { DriftKind, ToldKind } from '../../contracts/kind.ts'
import type { PerformanceFinding, PerformanceRule } from '../../contracts/performance-finding.ts'
import type { FeatureValue } from '../../contracts/prediction.ts'
import { judgeProfiles } from '../../judging/judge-profiles.ts'
import { type ClassedRow, classShift } from '../../judging/performance/class-shift.ts'
import { findLossSlices } from '../../judging/slices/loss-slices.ts'
import { askedTable } from '../../judging/slices/slices-of-samples.ts'
import { conditionsText } from '../../judging/slices/words.ts'
import { kindOf } from '../../policies/kinds.ts'
import {
  addRow,
  addToSample,
  buildBinning,
  createProfile,
  createSample,
  type Profile,
  sampledRows,
} from '../../profiles/index.ts'
import { againstEarlier, type WindowMean } from '../../statistics/against-earlier.ts'
import { fitGap, type GapReference, gapTest } from '../../statistics/concept/gap.ts'
import { labelGivenScore } from '../../statistics/concept/label-given-score.ts'
import { mean, variance } from '../../statistics/mean-variance.ts'
import { mulberry32, normal } from './mulberry32.ts'

/** A row as the model was asked it, what it answered, and what came. */
interface Row {
  readonly id: string
  readonly country: string
  readonly age: number
  readonly amount: number
  readonly channel: string
  readonly score: number
  readonly label: number
}

type Asked = Omit<Row, 'id' | 'score' | 'label'>
type Next = () => number

const countries = ['DE', 'FR', 'IT', 'ES']
const channels = ['web', 'app', 'shop']
const pick = <T>(from: readonly T[], next: Next): T => from[Math.floor(next() * from.length)] as T

const asked = (next: Next, over: Partial<Asked> = {}): Asked => ({
  country: pick(countries, next),
  age: 18 + Math.floor(60 * next()),
  amount: Math.max(1, normal(next, 100, 20)),
  channel: pick(channels, next),
  ...over,
})

/** The model is right of the world that it learned from: what it answers is the chance of a label of 1. */
const chanceOf = ({ country, age, amount }: Asked): number =>
  1 /
  (1 + Math.exp(2.2 - 0.06 * (amount - 100) - (age < 30 ? 0.8 : 0) - (country === 'DE' ? 0.6 : 0)))

export interface World {
  readonly kind: DriftKind | null
  /** What the model is asked. `sent`: how it comes in, where that is not what it is. */
  readonly ask: (next: Next) => Asked
  readonly sent?: (row: Asked) => Asked
  /** The chance of a label of 1; that of the model unless said. */
  readonly truth?: (row: Asked) => number
  /** Rows of label 1 for each of label 0 that are kept, of others. */
  readonly ones?: number
  /** Nobody knows any label yet. */
  readonly unlabelled?: true
  /** The same hours of the weeks before were like this, too. */
  readonly repeats?: true
}

const holiday = (next: Next) =>
  asked(next, { channel: next() < 0.7 ? 'shop' : pick(channels, next) })

export const worlds: Readonly<Record<string, World>> = {
  quiet: { kind: null, ask: asked },
  'other inputs, as easy': { kind: 'data_drift_without_loss', ask: holiday },
  'other inputs, harder': {
    kind: 'data_drift_with_loss',
    ask: (next) => asked(next, { amount: Math.max(1, normal(next, 122, 20)) }),
  },
  'another rule for some': {
    kind: 'concept_drift',
    ask: asked,
    truth: (row) => (row.country === 'DE' && row.age < 40 ? 0.85 : chanceOf(row)),
  },
  'classes in other shares': { kind: 'label_shift', ask: asked, ones: 4 },
  'what comes every week': { kind: 'seasonal_return', ask: holiday, repeats: true },
  'another unit': {
    kind: 'upstream_fault',
    ask: asked,
    sent: (row) => ({ ...row, amount: row.amount * 100 }),
  },
  'other inputs, no labels yet': { kind: 'too_early', ask: holiday, unlabelled: true },
}

function rowsOf(world: World, seed: number, count: number): Row[] {
  const next = mulberry32(seed)
  const rows: Row[] = []
  while (rows.length < count) {
    const is = world.ask(next)
    const label = next() < (world.truth ?? chanceOf)(is) ? 1 : 0
    // Of label 0 fewer are kept, so that each class stays as it was.
    if (label === 0 && world.ones !== undefined && next() > 1 / world.ones) continue
    const came = world.sent?.(is) ?? is
    rows.push({ id: `${seed}-${rows.length}`, ...came, score: chanceOf(came), label })
  }
  return rows
}

const settings = modelSettings.parse({
  log: { topic: 't' },
  features: {
    country: { type: 'categorical' },
    age: { type: 'numeric' },
    amount: { type: 'numeric' },
    channel: { type: 'categorical' },
  },
  window: { length: '1d', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
  serving: { url: 'http://127.0.0.1:1' },
})

const valuesOf = ({ country, age, amount, channel, score }: Row): FeatureValue[] => [
  ...[country, age, amount, channel, score],
]
const quiet = worlds['quiet'] as World

const perWindow = 1_200
const earlierWindows = 12

/** What a window is held against: the training data, the same hours of weeks before, and the windows before it. */
export function pastOf(seed: number) {
  const training = rowsOf(quiet, seed, 4_000)
  const binning = buildBinning('m', '1', settings.features, training.map(valuesOf))
  const profileOf = (rows: readonly Row[]): Profile => {
    const profile = createProfile(binning)
    for (const row of rows) addRow(profile, valuesOf(row))
    return profile
  }
  const windows = Array.from({ length: earlierWindows }, (_, i) =>
    rowsOf(quiet, seed * 1_000 + i, perWindow),
  )
  const earlier = windows.flat()
  return {
    ...{ binning, profileOf, earlier },
    reference: profileOf(training),
    weekly: (world: World) => profileOf(rowsOf(world, seed * 1_000 + 999, 4_000)),
    losses: windows.map(lossOf),
    gap: fitGap(
      earlier.map(({ score }) => score),
      earlier.map(({ label }) => label),
    ),
    classed: earlier.map(classedOf),
  }
}
export type Past = ReturnType<typeof pastOf>

const brier = ({ score, label }: Row): number => (score - label) ** 2
const lossOf = (rows: readonly Row[]): WindowMean => {
  const losses = rows.map(brier)
  return { mean: mean(losses), variance: variance(losses) / losses.length }
}
const classedOf = (row: Row): ClassedRow => ({
  ...{ actual: row.label, chosen: row.score >= 0.5 ? 1 : 0, score: row.score, loss: brier(row) },
})

/** The kind that one window of a world is told to be, and the slices that are named where they are searched. */
export function toldOf(
  name: string,
  past: Past,
  seed: number,
  isSearched = true,
): { readonly kind: ToldKind | null; readonly slices: string[] } {
  const world = worlds[name] as World
  const rows = rowsOf(world, seed, perWindow)
  const findings = world.unlabelled ? [] : findingsOf(rows, past)
  const isWorse = findings.some(({ state }) => state === 'alarm')
  const slices = isSearched && isWorse ? slicesOf(rows, past) : []
  const kind = kindOf({
    data: dataOf(world, rows, past),
    performance: [{ by: 'labels', findings }],
    classes: world.unlabelled ? null : classShift(['0', '1'], past.classed, rows.map(classedOf)),
    slices,
  })
  return { kind, slices }
}

function dataOf(
  world: World,
  rows: readonly Row[],
  { reference, profileOf, weekly, binning }: Past,
) {
  const sample = createSample()
  for (const row of rows) addToSample(sample, { id: row.id, values: valuesOf(row) })
  const merged = { profile: profileOf(rows), sample: sampledRows(sample), buckets: [] }
  const held = { segments: [], spans: [] }
  const others = world.repeats ? [{ ...held, name: 'weekly', reference: weekly(world) }] : []
  const { result } = judgeProfiles({
    ...{ ...held, settings, rows: merged, counts: { bad: 0, lost: 0 }, emptyBefore: 0 },
    ...{ name: 'training', reference, others, outcomeOnly: true },
  })
  const against = result.against ?? []
  return {
    ...{ verdict: result.verdict, headline: result.headline, binning },
    references: against.map(({ reference: name, drifted }) => ({
      ...{ name, drifted, repeats: name === 'weekly' },
    })),
  }
}

const level = 0.001

function findingsOf(rows: readonly Row[], past: Past): PerformanceFinding[] {
  const scores = rows.map(({ score }) => score)
  const labels = rows.map(({ label }) => label)
  const change = againstEarlier(past.losses, lossOf(rows))
  const gap = gapTest(past.gap as GapReference, scores, labels)
  const given = labelGivenScore(
    {
      scores: past.earlier.map(({ score }) => score),
      labels: past.earlier.map(({ label }) => label),
    },
    { scores, labels },
  )
  const of = (rule: PerformanceRule, isAlarm: boolean, p: number): PerformanceFinding => ({
    ...{ rule, version: '1', segment: '', state: isAlarm ? 'alarm' : 'ok', p, level },
    ...{ effect: null, effectInterval: null, metric: null, minimumEffect: null },
    ...{
      n: rows.length,
      since: null,
      sentence: `${rule} ${isAlarm ? 'alarms' : 'does not alarm'}`,
    },
  })
  const worse = change !== null && change.low > 0.005 && change.p / 2 <= level
  return [
    of('loss', worse, change?.p ?? 1),
    of('gap', gap.p <= level && Math.abs(gap.gap) - 2 * gap.error > 0.005, gap.p),
    of('label_given_score', given.p <= level, given.p),
  ]
}

function slicesOf(rows: readonly Row[], { earlier, binning }: Past): string[] {
  const side = (of: readonly Row[]) => ({
    ids: of.map(({ id }) => id),
    table: askedTable(
      of.map((row) => ({ id: row.id, values: valuesOf(row) })),
      binning,
    ),
    losses: of.map(brier),
  })
  const { found } = findLossSlices('brier', side(rows), side(earlier.slice(0, 6_000)))
  return found.map(({ conditions }) => conditionsText(conditions))
}
