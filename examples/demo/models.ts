import type { SettingsInput } from '../../contracts/config.ts'

export interface DemoNames {
  /** Put before topics and registry names, so that several demos share servers. */
  readonly prefix: string
  /** Root of the example model server. */
  readonly serving: string
  /** Share of the first flights that is held out: exactly their last week. */
  readonly flightHoldout: number
  /** Where the critical model is asked about; two people have to approve there. */
  readonly channel?: string
}

type Models = SettingsInput['models']

/** Event time of the car-loan story: its second half begins here, in windows of 30 days. */
export const carLoanStart = '2018-10-30T18:00:00Z'
/** A Monday; flights are judged by whole weeks, since the mix of weekdays is calendar and not drift. */
export const flightsStart = '2001-01-01T00:00:00Z'

export const topics = (prefix: string, model: string) => ({
  predictions: `${prefix}${model}.predictions`,
  labels: `${prefix}${model}.labels`,
})

/** The two models of the demo as a team would configure them. */
export function demoModels({ prefix, serving, flightHoldout, channel }: DemoNames): Models {
  const carLoan = topics(prefix, 'car-loan')
  const flights = topics(prefix, 'flight-delay')
  return {
    'car-loan': {
      critical: true,
      owners: ['lending'],
      log: { topic: carLoan.predictions },
      labels: { topic: carLoan.labels },
      features: {
        car_value: { type: 'numeric' },
        salary_range: { type: 'categorical' },
        debt_to_income_ratio: { type: 'numeric' },
        loan_length: { type: 'numeric' },
        repaid_loan_on_prev_car: { type: 'boolean' },
        size_of_downpayment: { type: 'categorical' },
        driver_tenure: { type: 'numeric' },
      },
      window: { length: '30d', bucket: '1d', anchor: carLoanStart, lateness: '1h' },
      retraining: {
        policy: 'automatic',
        windows: 2,
        outOf: 2,
        minimumLabels: 12_000,
        holdout: 0.25,
        seed: 7,
        labelPoll: '5s',
      },
      comparison: { metric: 'brier', minimumGain: 0.002 },
      approval: {
        role: 'approver',
        required: channel === undefined ? 1 : 2,
        expiry: '7d',
        ...(channel !== undefined && { channel }),
      },
      registry: { name: `${prefix}car-loan` },
      serving: { url: serving },
      // The log is of years ago: inputs are counted by the time that they name.
      guard: { time: 'time', repairs: { salary_range: { trim: true } } },
    },
    'flight-delay': {
      critical: false,
      owners: ['operations'],
      log: { topic: flights.predictions },
      labels: { topic: flights.labels },
      features: {
        hour: { type: 'numeric', cycle: 24 },
        weekday: { type: 'numeric', cycle: 7 },
        distance: { type: 'numeric' },
        origin: { type: 'categorical' },
        destination: { type: 'categorical' },
      },
      window: { length: '7d', bucket: '1d', anchor: flightsStart, lateness: '1h' },
      retraining: {
        policy: 'automatic',
        minimumLabels: 5_000,
        holdout: flightHoldout,
        seed: 7,
        labelPoll: '5s',
      },
      registry: { name: `${prefix}flight-delay` },
      serving: { url: serving },
      guard: { time: 'time' },
    },
  }
}
