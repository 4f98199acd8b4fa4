import type { Table } from '../../adapters/files/table.ts'
import { compareTables } from '../../cli/compare-tables.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { compareWith, detectors, sidesOfValues } from '../../detectors/index.ts'
import { fitGap, gapTest } from '../../statistics/concept/gap.ts'
import { estimateDle, fitDle } from '../../statistics/dle/estimator.ts'
import { regressorPerformance } from '../../statistics/intervals/regressor.ts'
import { mean } from '../../statistics/mean-variance.ts'
import { regressionMetrics } from '../../statistics/metrics/regression.ts'
import { seededRandom } from '../../statistics/seeded-random.ts'
import { inputsOf, numbersOf, picks, rowsOf } from './files.ts'
import { chosen, outOfFold, regressor } from './models.ts'
import { dummyAlarms, lossAgainst, streamAlarms } from './stretches.ts'

/** What is predicted, from what, and which of it is weather. */
export interface BikeColumns {
  readonly target: string
  readonly features: readonly string[]
  readonly weather: readonly string[]
  /** Months since the first; days since the first. */
  readonly month: (row: number) => number
  readonly day: (row: number) => number
}

/** Days between two false alarms of the stream. */
export const falseAlarmEvery = 1_000
const folds = 5

export interface BikeFound {
  readonly distances: Readonly<Record<string, number>>
  /** Of the weather, rows taken as independent, and by days that hang together. */
  readonly verdicts: Readonly<Record<'rows' | 'days', { verdict: VerdictName; headline: string }>>
  readonly demand: { readonly before: number; readonly now: number }
  readonly mae: {
    readonly reference: number
    readonly estimated: number
    readonly realised: number
    readonly interval: readonly [number, number] | null
  }
  /** Realised less estimated: of the loss, and of the predictions themselves. */
  readonly gaps: Readonly<
    Record<
      'loss' | 'prediction',
      { readonly gap: number; readonly p: number; readonly pOfDays: number }
    >
  >
  /** The last third of the reference as one window against the days of its first two, and the month against all. */
  readonly loss: Readonly<
    Record<'quiet' | 'month', { readonly difference: number; readonly p: number }>
  >
  /** Alarms of the stream of daily losses over the reference, which is quiet, and over the month: days from 0. */
  readonly stream: { readonly quiet: number[]; readonly days: number; readonly month: number[] }
  /** As many alarms without looking: those in quiet days, and the first of the month, from 0; null: none. */
  readonly dummies: Readonly<
    Record<string, { readonly quiet: number; readonly first: number | null }>
  >
  /** Month, mean of the target, distance of the first weather feature, loss of the model. */
  readonly months: readonly (readonly [number, number, number, number])[]
}

/**
 * A model of the first three months, and a later month whose weather is theirs. Of the reference all predictions,
 * losses and estimates are of rows that nobody learned from.
 */
export function bikeFound(table: Table, columns: BikeColumns, month: number): BikeFound {
  const { target, features, weather } = columns
  const demand = numbersOf(table, target)
  const inMonths = (wanted: (month: number) => boolean) =>
    Array.from(demand, (_, row) => row).filter((row) => wanted(columns.month(row)))
  const [before, now] = [inMonths((one) => one < 3), inMonths((one) => one === month)]
  const [inputs, inputsNow] = [inputsOf(table, features, before), inputsOf(table, features, now)]
  const [actual, actualNow] = [picks(demand, before), picks(demand, now)]
  const foldOf = Int32Array.from(before, (row) => Math.floor(columns.day(row) / 7) % folds)
  const model = regressor(inputs, actual)
  const predicted = outOfFold(inputs, foldOf, (rows, at) => regressor(rows, picks(actual, at)))
  const predictedNow = model(inputsNow)
  const losses = absolute(actual, predicted)
  const lossesNow = absolute(actualNow, predictedNow)
  const dle = fitDle(inputs, predicted, actual)
  const withPrediction = [...inputs, { kind: 'numeric' as const, values: predicted }]
  const expected = outOfFold(withPrediction, foldOf, (rows, at) =>
    regressor(chosen(rows, [...at.keys()]), picks(losses, at)),
  )
  const expectedNow = regressor(
    withPrediction,
    losses,
  )([...inputsNow, { kind: 'numeric', values: predictedNow }])
  const days = (rows: readonly number[], values: ArrayLike<number>) =>
    Float64Array.from(byKey(rows.map(columns.day), values), mean)
  const daysOf = { before: days(before, losses), now: days(now, lossesNow) }
  const gapOf = (
    known: { readonly estimated: Float64Array; readonly came: Float64Array },
    fresh: { readonly estimated: Float64Array; readonly came: Float64Array },
  ) => {
    const { gap, p } = gapTest(fitGap(known.estimated, known.came), fresh.estimated, fresh.came)
    const ofDays = gapTest(
      fitGap(days(before, known.estimated), days(before, known.came)),
      days(now, fresh.estimated),
      days(now, fresh.came),
    )
    return { gap, p, pOfDays: ofDays.p }
  }
  const lossDays = byKey(before.map(columns.day), losses).map((day) => Float64Array.from(day))
  const learned = Math.round((lossDays.length * 2) / 3)
  const measured = regressorPerformance(actualNow, predictedNow, {
    ...{ next: seededRandom(1), keys: now.map(columns.day), needed: 20, resamples: 1_000 },
  })
  const stream = {
    quiet: streamAlarms(daysOf.before, daysOf.before, falseAlarmEvery),
    days: daysOf.before.length,
    month: streamAlarms(daysOf.before, daysOf.now, falseAlarmEvery),
  }
  const { days: quietDays } = stream
  const alarms = stream.quiet.length + stream.month.length
  const interval = measured.state === 'measured' ? measured.metrics.mae.interval : null
  return {
    distances: Object.fromEntries(
      weather.map((name) => [name, distanceOf(table, name, before, now)]),
    ),
    verdicts: {
      rows: verdictOf(table, columns, before, now),
      days: verdictOf(table, columns, before, now, true),
    },
    demand: { before: mean(actual), now: mean(actualNow) },
    mae: {
      reference: mean(losses),
      estimated: estimateDle(dle, inputsNow, predictedNow).values.mae,
      realised: regressionMetrics(actualNow, predictedNow).mae,
      interval,
    },
    gaps: {
      loss: gapOf(
        { estimated: expected, came: losses },
        { estimated: expectedNow, came: lossesNow },
      ),
      prediction: gapOf(
        { estimated: predicted, came: actual },
        { estimated: predictedNow, came: actualNow },
      ),
    },
    loss: {
      quiet: against(lossDays.slice(0, learned), lossDays.slice(learned)),
      month: against(lossDays, [lossesNow]),
    },
    stream,
    dummies: Object.fromEntries(
      Object.entries(dummyAlarms(alarms, quietDays + daysOf.now.length, seededRandom(1))).map(
        ([name, places]) => {
          const first = places.find((place) => place >= quietDays)
          const quiet = places.filter((place) => place < quietDays).length
          return [name, { quiet, first: first === undefined ? null : first - quietDays }]
        },
      ),
    ),
    months: monthsOf(),
  }

  function monthsOf(): [number, number, number, number][] {
    const last = Math.max(...Array.from(demand, (_, row) => columns.month(row)))
    return Array.from({ length: last - 2 }, (_, i) => {
      const rows = inMonths((one) => one === i + 3)
      const came = picks(demand, rows)
      const loss = mean(absolute(came, model(inputsOf(table, features, rows))))
      return [i + 3, mean(came), distanceOf(table, weather[0] as string, before, rows), loss]
    })
  }
}

/** Days as one window against earlier days, which vary more than months do: careful on purpose. */
function against(earlier: readonly Float64Array[], window: readonly Float64Array[]) {
  const found = lossAgainst(earlier, Float64Array.from(window.flatMap((day) => [...day])))
  return { difference: found?.difference ?? Number.NaN, p: found?.p ?? 1 }
}

const absolute = (actual: ArrayLike<number>, predicted: ArrayLike<number>): Float64Array =>
  Float64Array.from(actual, (y, row) => Math.abs(y - (predicted[row] as number)))

const distanceOf = (table: Table, name: string, before: number[], now: number[]): number => {
  const values = numbersOf(table, name)
  const sides = sidesOfValues(name, picks(values, before), picks(values, now))
  return compareWith(detectors.ks, sides).effect
}

/** What `driftgate compare` says of two files with these rows and columns. */
function verdictOf(
  table: Table,
  { weather, day }: BikeColumns,
  before: readonly number[],
  now: readonly number[],
  byDay = false,
) {
  const fileOf = (name: string, rows: readonly number[]) => {
    const part = rowsOf(table, rows)
    const keys = [...new Set(rows.map(day))]
    const codeOf = new Map(keys.map((key, code) => [key, code]))
    const codes = Int32Array.from(rows, (row) => codeOf.get(day(row)) as number)
    const column = { kind: 'categorical' as const, name: 'by', codes, categories: keys.map(String) }
    const columns = new Map([...part.columns, ['by', column] as const])
    return { name, digest: `sha256:${name}`, table: { rows: part.rows, columns } }
  }
  const { verdict, headline } = compareTables(
    ...([fileOf('quarter', before), fileOf('month', now), weather] as const),
    byDay ? { cluster: 'by' } : {},
  ).report
  return { verdict, headline }
}

/** Values in lists by their keys, in order of the first of each. */
function byKey(keys: readonly number[], values: ArrayLike<number>): number[][] {
  const found = new Map<number, number[]>()
  for (const [i, key] of keys.entries()) {
    const list = found.get(key)
    if (list === undefined) found.set(key, [values[i] as number])
    else list.push(values[i] as number)
  }
  return [...found.values()]
}
