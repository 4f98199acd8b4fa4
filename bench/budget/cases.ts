import { gauss, type Next } from '../false-alarms/generator.ts'

/** In which way windows without change differ from independent rows of one law. */
export interface Case {
  readonly name: string
  readonly summary: string
  /** Rows of one user in a window, all alike. */
  readonly cluster: number
  /** Accepted windows before the quarter. */
  readonly history: number
  /** What windows are held against; absent: the training data. */
  readonly against?: 'training' | 'same hour of the week'
  /**
   * What can be reached of the 0.3 of the budget that is promised to be spent, where that is less; why and how it was
   * measured stands in `docs/decisions/008-verdicts.md`.
   */
  readonly least?: number
  /**
   * How far the latent normal of each feature is moved in a window, in its standard deviations, hour after hour;
   * null: never.
   */
  readonly moves: null | ((features: number, next: Next) => (hour: number) => Float64Array)
}

const week = 168
/** Eight weeks. */
const declared = 8 * week

const weekly: Case['moves'] = (features, next) => {
  const phases = Array.from({ length: features }, () => 2 * Math.PI * next())
  return (hour) =>
    Float64Array.from(
      phases,
      (phase) => 0.05 * Math.SQRT2 * Math.sin((2 * Math.PI * hour) / week + phase),
    )
}

export const cases: readonly Case[] = [
  {
    name: 'plain',
    summary: 'independent rows of one law',
    cluster: 1,
    history: 0,
    moves: null,
  },
  {
    name: 'accepted',
    summary: 'independent rows of one law, after eight weeks of accepted windows',
    cluster: 1,
    history: declared,
    // What few windows leave open of how much they vary costs level, though they do not vary.
    least: 0.1,
    moves: null,
  },
  {
    name: 'clustered',
    summary: 'each user sends three rows that are alike (design effect 3)',
    cluster: 3,
    history: declared,
    moves: null,
  },
  {
    name: 'cycle',
    summary: 'the mean of each feature goes round in a week, 0.05 standard deviations up and down',
    cluster: 1,
    history: declared,
    // A cycle never goes beyond its own peaks, which are taken for what windows vary.
    least: 0,
    moves: weekly,
  },
  {
    name: 'same-hour',
    summary: 'as cycle, held against the same hour of the eight weeks before',
    cluster: 1,
    history: declared,
    against: 'same hour of the week',
    // Eight windows an hour of the week leave more open than 1,344.
    least: 0.1,
    moves: weekly,
  },
  {
    name: 'wandering',
    summary: 'the mean of each feature wanders, AR(1) with 0.7 from hour to hour, sd 0.05',
    cluster: 1,
    history: declared,
    moves: (features, next) => {
      const sd = 0.05
      const kept = 0.7
      const state = Float64Array.from({ length: features }, () => sd * gauss(next))
      return () => {
        for (let i = 0; i < features; i++) {
          state[i] = kept * (state[i] as number) + sd * Math.sqrt(1 - kept * kept) * gauss(next)
        }
        return state
      }
    },
  },
]
