import type { Table } from '../../adapters/files/table.ts'
import { cbpeProbabilities, estimateCbpe, fitCbpe } from '../../statistics/cbpe/binary.ts'
import { fitGap, gapTest } from '../../statistics/concept/gap.ts'
import { pairedDifferences } from '../../statistics/intervals/paired.ts'
import { weightedMean } from '../../statistics/intervals/weighted-metrics.ts'
import { mean } from '../../statistics/mean-variance.ts'
import { auc } from '../../statistics/metrics/ranking.ts'
import { seededRandom } from '../../statistics/seeded-random.ts'
import { inputsOf, picks, span } from './files.ts'
import type { ModelName, Score } from './known.ts'
import { classifier, type Model, outOfFold } from './models.ts'
import {
  type AlarmScore,
  alarmScore,
  dummyAlarms,
  lossAgainst,
  meansOf,
  pieces,
  streamAlarms,
} from './stretches.ts'

/** Rows of a day and of a block, and which blocks are what. */
export interface Blocks {
  readonly day: number
  readonly days: number
  /** Blocks that the first model, the champion and the challenger learn from: from the first up to the last. */
  readonly first: readonly [number, number]
  readonly champion: readonly [number, number]
  readonly challenger: readonly [number, number]
  /** Blocks whose rolling model learns from as many before it. */
  readonly rolling: number
  /** Known of the champion: where it has decayed, where it has not, and where the old world is back. */
  readonly bad: readonly number[]
  readonly good: readonly number[]
  readonly back: readonly number[]
}

export interface BlockFound {
  readonly block: number
  readonly scores: Partial<Record<ModelName, Score>>
  readonly accuracy: Partial<Record<ModelName, number>>
  /** Of saying what the row before was. */
  readonly noChange: number
  /** Of the champion before labels: what its accuracy and area are expected to be. */
  readonly estimated: { readonly accuracy: number; readonly auc: number }
  /** Labels less their probabilities, and the p-value of no gap: of independent rows, and against earlier blocks. */
  readonly gap: {
    readonly gap: number
    readonly p: number
    readonly pOfBlocks: number
    readonly alarm: boolean
  }
  /** Mean loss of the champion less that of earlier blocks. */
  readonly loss: { readonly difference: number; readonly p: number; readonly alarm: boolean }
  /** Days with an alarm of the stream. */
  readonly alarms: number
  /** Brier score of the challenger less the champion's, days drawn as a whole. */
  readonly challenge: {
    readonly difference: number
    readonly low: number
    readonly high: number
  } | null
}

export interface Elec2Found {
  readonly blocks: readonly BlockFound[]
  /** Of the rows that the champion learned from, out of fold: alarms, days, and its mean loss by block. */
  readonly reference: {
    readonly alarms: readonly number[]
    readonly days: number
    readonly losses: readonly number[]
  }
  readonly scores: Readonly<Record<string, AlarmScore>>
}

/** Days between two false alarms: of the stream, of the loss and of the gap, which are looked at once a block. */
export const falseAlarmEvery = 1_000

/** A classifier whose world changes and comes back: what labels, estimates and streams say of it, block by block. */
export function elec2Found(
  table: Table,
  features: readonly string[],
  labels: Float64Array,
  blocks: Blocks,
): Elec2Found {
  const size = blocks.day * blocks.days
  const rowsIn = ([from, to]: readonly [number, number]) => span(from * size, to * size)
  const fitted = (range: readonly [number, number]) => {
    const rows = rowsIn(range)
    return classifier(inputsOf(table, features, rows), picks(labels, rows))
  }
  const whole = Math.floor(labels.length / size)
  const models = {
    A: fitted(blocks.first),
    A2: fitted(blocks.champion),
    B2: fitted(blocks.challenger),
  }
  const learned = rowsIn(blocks.champion)
  const known = picks(labels, learned)
  const folds = Int32Array.from(learned, (row) => Math.floor(row / size / 2))
  const said = outOfFold(inputsOf(table, features, learned), folds, (columns, at) =>
    classifier(columns, picks(known, at)),
  )
  const losses = squares(said, known)
  const days = meansOf(losses, blocks.day)
  const cbpe = fitCbpe({ scores: said, predicted: called(said) }, known, seededRandom(1))
  const probable = cbpeProbabilities(cbpe, said)
  const gaps = fitGap(probable, known)
  const earlier = {
    losses: pieces(losses, size),
    gaps: pieces(
      known.map((label, row) => label - (probable[row] as number)),
      size,
    ),
  }
  const [, from] = blocks.champion
  const later = rowsIn([from, whole])
  const dailyNow = meansOf(
    squares(models.A2(inputsOf(table, features, later)), picks(labels, later)),
    blocks.day,
  )
  const alarms = streamAlarms(days, dailyNow, falseAlarmEvery)
  const blockOfDay = (place: number) => from + Math.floor(place / blocks.days)
  const level = Math.min(0.05, blocks.days / falseAlarmEvery)
  const found = span(from, whole).map((block) => blockFound(block))
  const isBad = (block: number) =>
    blocks.bad.includes(block) ? true : blocks.good.includes(block) ? false : null
  const scored = (places: readonly number[], of = blockOfDay) =>
    alarmScore(places, span(from, whole), of, isBad)
  const dummies = dummyAlarms(alarms.length, dailyNow.length, seededRandom(1))
  const rare = dummyAlarms(
    Math.ceil(dailyNow.length / falseAlarmEvery),
    dailyNow.length,
    seededRandom(2),
  )
  return {
    blocks: found,
    reference: {
      alarms: streamAlarms(days, days, falseAlarmEvery),
      days: days.length,
      losses: earlier.losses.map(mean),
    },
    scores: {
      'loss of the block against earlier ones': scored(
        found.filter(({ loss }) => loss.alarm).map(({ block }) => block),
        (block) => block,
      ),
      'stream of daily losses': scored(alarms),
      'periodic, as many alarms': scored(dummies.periodic),
      'random, as many alarms': scored(dummies.random),
      'periodic, as many as the budget allows': scored(rare.periodic),
      'random, as many as the budget allows': scored(rare.random),
    },
  }

  function blockFound(block: number): BlockFound {
    const rows = rowsIn([block, block + 1])
    const columns = inputsOf(table, features, rows)
    const came = picks(labels, rows)
    const learnedFrom = (range: readonly [number, number]) => block >= range[0] && block < range[1]
    const rolling: Model = fitted([block - blocks.rolling, block])
    const answers: Partial<Record<ModelName, Float64Array>> = {
      A: models.A(columns),
      A2: models.A2(columns),
      ...(!learnedFrom(blocks.challenger) && { B2: models.B2(columns) }),
      rolling: rolling(columns),
    }
    const { A2: champion = new Float64Array(), B2: challenger } = answers
    const of = <Value>(measure: (scores: Float64Array) => Value) =>
      Object.fromEntries(
        Object.entries(answers).map(([name, scores]) => [name, measure(scores)]),
      ) as Partial<Record<ModelName, Value>>
    const right = (scores: Float64Array) =>
      mean(called(scores).map((one, row) => (one === came[row] ? 1 : 0)))
    const ours = squares(champion, came)
    const p = cbpeProbabilities(cbpe, champion)
    const estimate = estimateCbpe(cbpe, { scores: champion, predicted: called(champion) }).values
    const loss = lossAgainst(earlier.losses, ours)
    const gap = lossAgainst(
      earlier.gaps,
      came.map((y, row) => y - (p[row] as number)),
    )
    const pOfBlocks = gap?.p ?? 1
    const worse = { difference: loss?.difference ?? Number.NaN, p: loss?.p ?? 1 }
    return {
      block,
      scores: of((scores) => [auc(scores, came), mean(squares(scores, came))] as const),
      accuracy: of(right),
      noChange: mean(rows.map((row) => (labels[row] === labels[row - 1] ? 1 : 0))),
      estimated: { accuracy: estimate.accuracy, auc: estimate.roc_auc },
      gap: {
        ...gapTest(gaps, p, came),
        ...{ pOfBlocks, alarm: pOfBlocks < level },
      },
      loss: { ...worse, alarm: worse.difference > 0 && worse.p < level },
      alarms: alarms.filter((place) => blockOfDay(place) === block).length,
      challenge: challenger === undefined ? null : challengeOf(ours, squares(challenger, came)),
    }
  }

  function challengeOf(champion: Float64Array, challenger: Float64Array) {
    const of = Int32Array.from(champion, (_, row) => Math.floor(row / blocks.day))
    const [found = null] = pairedDifferences(
      [{ first: weightedMean(champion), second: weightedMean(challenger) }],
      { rows: champion.length, next: seededRandom(1), clusters: { of, count: blocks.days } },
    )
    return found
  }
}

const squares = (scores: Float64Array, labels: ArrayLike<number>): Float64Array =>
  scores.map((score, row) => (score - (labels[row] as number)) ** 2)

const called = (scores: Float64Array): Float64Array => scores.map((score) => (score >= 0.5 ? 1 : 0))
