import type { ModelSettings } from '../../contracts/config.ts'
import { modelSettings } from '../../contracts/config.ts'
import { loadCarLoan } from '../data/car-loan.ts'
import { loadFlights } from '../data/flights.ts'
import type { Scale } from '../data/tenth.ts'
import { carLoanStart, demoModels, flightsStart } from './models.ts'
import { cutStretches, type LabelledRow, type Stretch } from './stretches.ts'

/** What one model of the demo lives through. */
export interface ModelData {
  /** The stretch that the first version is trained on. */
  readonly first: readonly LabelledRow[]
  /** The windows that follow. */
  readonly stretches: readonly Stretch[]
}

/** Whole weeks of flights for the first version; the last of them is held out. */
const firstWeeks = 5

/** A model's settings before any server is known. */
export const settingsBefore = (model: string): ModelSettings =>
  modelSettings.parse(
    demoModels({ prefix: '', serving: 'http://127.0.0.1:1', flightHoldout: 0.2 })[model],
  )

export async function carLoanData(): Promise<ModelData> {
  const { reference, analysis } = await loadCarLoan()
  const { length } = settingsBefore('car-loan').window
  return { first: reference, stretches: cutStretches(analysis, carLoanStart, length) }
}

export interface FlightData extends ModelData {
  /** Share of `first` that is its last week, to the row. */
  readonly holdout: number
}

export async function flightData(scale: Scale): Promise<FlightData> {
  const { length } = settingsBefore('flight-delay').window
  const weeks = cutStretches(await loadFlights({ scale }), flightsStart, length)
  const first = weeks.slice(0, firstWeeks).flatMap(({ rows }) => rows)
  const trained = first.length - (weeks[firstWeeks - 1]?.rows.length ?? 0)
  return {
    first,
    stretches: weeks.slice(firstWeeks),
    // Half a row below the boundary, so that rounding cannot move it.
    holdout: (first.length - trained - 0.5) / first.length,
  }
}

/** A feed that takes all times for Eastern and writes UTC: five hours late, round the clock. */
export function fiveHoursLate(stretch: Stretch): Stretch {
  const rows = stretch.rows.map((row) => ({
    ...row,
    features: { ...row.features, hour: (Number(row.features['hour']) + 5) % 24 },
  }))
  return { ...stretch, rows }
}
