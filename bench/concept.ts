import { writeFileSync } from 'node:fs'
import type { Table } from '../adapters/files/table.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { seededRandom } from '../statistics/seeded-random.ts'
import { defineBench } from './bench.ts'
import { type BikeColumns, type BikeFound, bikeFound } from './concept/bike.ts'
import { bikeTruths } from './concept/bike-truths.ts'
import { type Blocks, type Elec2Found, elec2Found, falseAlarmEvery } from './concept/elec2.ts'
import { blockTruths, changeTruths } from './concept/elec2-truths.ts'
import {
  type Change,
  changesOf,
  type JudgedRows,
  windowVerdicts,
} from './concept/feature-change.ts'
import { dataFiles, numbersOf, span, tableOf } from './concept/files.ts'
import { bikeText, elec2Text, windowsText } from './concept/print.ts'
import { type Truth, truthText } from './concept/truths.ts'

const weather = ['temp', 'atemp', 'hum', 'windspeed']
const calendar = ['hr', 'weekday', 'workingday', 'holiday', 'weathersit']
const market = ['nswprice', 'nswdemand', 'vicprice', 'vicdemand', 'transfer']
/** Months since January 2011. */
const january2012 = 12

/** Half-hours; weeks are judged, and blocks of four weeks measured. */
const day = 48
const block = 28 * day
const blocks: Blocks = {
  ...{ day, days: 28, first: [0, 4], champion: [0, 12], challenger: [14, 21], rolling: 4 },
  bad: [21, 22, 23, 24, 25],
  // What block 27 is nobody knows: between the two.
  good: [12, 13, 26, 28, 29, 30, 31, 32],
  back: [26, 28],
}
const windows = { size: 7 * day, step: 1_800_000, start: '1996-05-07T00:00:00.000Z' }
const known = { features: ['vicprice', 'vicdemand', 'transfer'], row: 17_424 }

/** What is known of two public data sets, found by the library as it stands: nothing is tuned to them. */
export const concept = defineBench({
  summary: `concept drift of real data: ${Object.values(dataFiles)
    .map(({ name }) => name)
    .join(' and ')} in the folder that --data names`,
  options: { data: '', json: '', output: 'text' },
  async run({ data, json, output }) {
    if (data === '') {
      console.error(
        '--data FOLDER says where the files lie; their checksums are in bench/concept/files.ts',
      )
      return 2
    }
    const say = (text: string) => output === 'json' || console.log(text)
    let tables: readonly [Table, Table]
    try {
      tables = [await tableOf(data, dataFiles.bike), await tableOf(data, dataFiles.elec2)]
    } catch (error) {
      if (!(error instanceof DriftgateError)) throw error
      console.error(`${error.code}: ${error.message}\n${error.help}`)
      return 2
    }
    const bike = bikeFound(tables[0], bikeColumns(tables[0]), january2012)
    say(`${bikeText(bike)}\n`)
    const change = await featureChange(tables[1])
    say(`${changeText(change)}\n`)
    const elec2 = elec2Found(tables[1], ['day', 'period', ...market], upOf(tables[1]), blocks)
    say(`${elec2Text(elec2)}\n`)
    const truths = [
      ...bikeTruths(bike),
      ...changeTruths(known, change.before, change.changes),
      shuffledTruth(change.shuffled),
      ...blockTruths(elec2, blocks),
    ]
    for (const truth of truths) say(truthText(truth))
    const all = JSON.stringify(resultOf(truths, bike, change, elec2), null, 2)
    if (output === 'json') console.log(all)
    if (json !== '') writeFileSync(json, `${all}\n`)
    return truths.every(({ found }) => found) ? 0 : 1
  },
})

function bikeColumns(table: Table): BikeColumns {
  const [year, month, date] = ['yr', 'mnth', 'dteday'].map((name) => numbersOf(table, name))
  const of = (values: Float64Array | undefined, row: number) => values?.[row] ?? Number.NaN
  return {
    ...{ target: 'cnt', features: [...calendar, ...weather], weather },
    month: (row) => of(year, row) * 12 + of(month, row) - 1,
    day: (row) => Math.round((of(date, row) - of(date, 0)) / 86_400_000),
  }
}

function upOf(table: Table): Float64Array {
  const column = table.columns.get('class')
  if (column?.kind !== 'categorical') throw new RangeError('class is no column of categories')
  return Float64Array.from(column.codes, (code) => (column.categories[code] === 'UP' ? 1 : 0))
}

interface FeatureChange {
  readonly before: readonly JudgedRows[]
  readonly after: readonly JudgedRows[]
  readonly changes: readonly Change[]
  /** Weeks of shuffled rows against others of the same time, in which nothing can have changed. */
  readonly shuffled: readonly JudgedRows[]
}

async function featureChange(table: Table): Promise<FeatureChange> {
  const long = { ...windows, reference: blocks.champion[1] * block }
  const short = { ...windows, reference: blocks.first[1] * block }
  const after = windowVerdicts(
    table,
    market,
    long,
    span(long.reference, long.reference + 2 * block),
  )
  const first = after.find(({ features }) =>
    features.some(({ feature, state }) => known.features.includes(feature) && state === 'drifted'),
  )
  const quiet = span(short.reference, known.row - (known.row % windows.size))
  const mixed = shuffled(span(0, 2 * short.reference))
  return {
    before: windowVerdicts(table, market, short, quiet),
    after,
    changes: first === undefined ? [] : await changesOf(table, market, long, first),
    shuffled: windowVerdicts(
      table,
      market,
      { ...short, order: mixed },
      mixed.slice(short.reference),
    ),
  }
}

function shuffled(rows: number[]): number[] {
  const next = seededRandom(1)
  for (let i = rows.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1))
    ;[rows[i], rows[j]] = [rows[j] as number, rows[i] as number]
  }
  return rows
}

const shuffledTruth = (found: readonly JudgedRows[]): Truth => {
  const alarms = found.filter(({ verdict }) => verdict !== 'NO_DRIFT').length
  return {
    what: 'weeks of rows in random order stay quiet',
    found: alarms === 0,
    measured: `${alarms} alarms in ${found.length} windows, ${(found.length / 1_000).toFixed(2)} allowed`,
  }
}

const changeText = ({ before, after, changes }: FeatureChange): string =>
  [
    windowsText(
      `Elec2: weeks against rows 0 to ${blocks.champion[1] * block - 1}, as driftgate compare judges them`,
      after,
    ),
    `  weeks before, against rows 0 to ${blocks.first[1] * block - 1}: of ${before.length} the local price drifted in ${driftedIn(before, 'nswprice')}, the local demand in ${driftedIn(before, 'nswdemand')} (seasons), each of the other three in ${Math.max(...known.features.map((name) => driftedIn(before, name)))}`,
    ...changes.map(
      ({ feature, row, first, last }) =>
        `  ${feature}: since row ${row}, ${first} to ${last} not excluded`,
    ),
  ].join('\n')

const driftedIn = (windows: readonly JudgedRows[], name: string): number =>
  windows.filter(({ features }) =>
    features.some(({ feature, state }) => feature === name && state === 'drifted'),
  ).length

const resultOf = (
  truths: readonly Truth[],
  bike: BikeFound,
  { changes, before, after, shuffled: mixed }: FeatureChange,
  elec2: Elec2Found,
) => ({
  schema: 'driftgate-bench-concept/1',
  ...{ falseAlarmEvery, truths, bike, elec2 },
  change: {
    changes,
    ...Object.fromEntries(
      Object.entries({ before, after, shuffled: mixed }).map(([name, found]) => [
        name,
        found.map(({ from, to, verdict, headline }) => ({ from, to, verdict, headline })),
      ]),
    ),
  },
})
