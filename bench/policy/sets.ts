import type { Table } from '../../adapters/files/table.ts'
import type { FeatureSettings } from '../../contracts/feature-settings.ts'
import { modelSettings } from '../../contracts/model-settings.ts'
import { loadCarLoan } from '../../examples/data/car-loan.ts'
import { loadFlights } from '../../examples/data/flights.ts'
import { demoModels } from '../../examples/demo/models.ts'
import type { LabelledRow } from '../../examples/demo/stretches.ts'
import { dataFiles, numbersOf, tableOf } from '../concept/files.ts'
import { type Column, type DataSet, rowAt } from './data-set.ts'

/** The four data sets, two of them as the demo fetches them and two from the folder, in the order in which they are told. */
export const dataSets: Readonly<Record<string, (folder: string) => Promise<DataSet>>> = {
  'car loan': async () => {
    const { reference, analysis } = await loadCarLoan()
    return {
      ...ofRows('car-loan', [...reference, ...analysis]),
      ...{ name: 'car loan', title: 'Car loan: prices jump once', delay: '7d' },
      first: reference.length,
    }
  },
  flights: async () => {
    const set = ofRows('flight-delay', await loadFlights())
    return {
      ...set,
      ...{ name: 'flights', title: 'Flights: a mild season, nothing to gain', delay: '1d' },
      // As in the demo: five weeks.
      first: rowAt(set, Date.parse('2001-02-05T00:00:00Z')),
    }
  },
  'bike sharing': async (folder) => bikeSet(await tableOf(folder, dataFiles.bike)),
  elec2: async (folder) => elec2Set(await tableOf(folder, dataFiles.elec2)),
}

/** Hours of 2011 and 2012; the first version knows the first quarter. */
function bikeSet(table: Table): DataSet {
  // A working day is no holiday, which is constant in nearly every week.
  const numbers = ['hr', 'weekday', 'workingday', 'weathersit']
  const weather = ['temp', 'atemp', 'hum', 'windspeed']
  const [date, hour] = [numbersOf(table, 'dteday'), numbersOf(table, 'hr')]
  const start = Date.parse('2011-01-01T00:00:00Z')
  const times = date.map(
    (day, row) => start + (day - (date[0] as number)) + (hour[row] as number) * 3_600_000,
  )
  return {
    ...{ name: 'bike sharing', title: 'Bike sharing: season and growth', task: 'regression' },
    ...{ delay: '1d', times, labels: numbersOf(table, 'cnt') },
    ...ofTable(table, [...numbers, ...weather]),
    first: rowAt({ times }, Date.parse('2011-04-01T00:00:00Z')),
  }
}

/** Half-hours from 7 May 1996 on; the first version knows 48 weeks, blocks 0 to 11 of four weeks. */
function elec2Set(table: Table): DataSet {
  const names = ['day', 'period', 'nswprice', 'nswdemand', 'vicprice', 'vicdemand', 'transfer']
  const start = Date.parse('1996-05-07T00:00:00Z')
  const { features, columns } = ofTable(table, names)
  const up = table.columns.get('class')
  if (up?.kind !== 'categorical') throw new RangeError('class is no column of categories')
  return {
    ...{ name: 'elec2', title: 'Elec2: another market, and back', task: 'classification' },
    ...{ delay: '1d', features, columns },
    times: Float64Array.from({ length: table.rows }, (_, row) => start + row * 1_800_000),
    labels: Float64Array.from(up.codes, (code) => (up.categories[code] === 'UP' ? 1 : 0)),
    first: 12 * elec2Block,
  }
}

/** Half-hours of four weeks. */
export const elec2Block = 48 * 28

const numericFeature = (): FeatureSettings =>
  modelSettings.shape.features.parse({ x: { type: 'numeric' } })['x']!

function ofTable(table: Table, names: readonly string[]): Pick<DataSet, 'features' | 'columns'> {
  return {
    features: Object.fromEntries(names.map((name) => [name, numericFeature()])),
    columns: names.map((name) => ({ kind: 'numeric', values: numbersOf(table, name) })),
  }
}

/** Rows of a model of the demo, in order of time. */
function ofRows(
  model: string,
  rows: readonly LabelledRow[],
): Pick<DataSet, 'task' | 'features' | 'columns' | 'times' | 'labels'> {
  const demo = demoModels({ prefix: '', serving: 'http://127.0.0.1:1', flightHoldout: 0.2 })
  const features = modelSettings.shape.features.parse(demo[model]?.features)
  return {
    task: 'classification',
    features,
    columns: Object.entries(features).map(([name, { type }]) => columnOf(rows, name, type)),
    times: Float64Array.from(rows, ({ timeMs }) => timeMs),
    labels: Float64Array.from(rows, ({ label }) => label),
  }
}

function columnOf(rows: readonly LabelledRow[], name: string, type: string): Column {
  if (type === 'numeric') {
    return {
      kind: 'numeric',
      values: Float64Array.from(rows, ({ features }) => Number(features[name] ?? Number.NaN)),
    }
  }
  const codeOf = new Map<string, number>()
  const codes = Int32Array.from(rows, ({ features }) => {
    const category = String(features[name])
    const code = codeOf.get(category) ?? codeOf.size
    codeOf.set(category, code)
    return code
  })
  return { kind: 'categorical', codes, categories: [...codeOf.keys()] }
}
