/** How a detector is set weaker and stronger in one number, and what it was simulated at. */
export interface Strength {
  readonly name: string
  /** Classic options at a strength; a larger one alarms less. */
  set(
    strength: number,
    at: { readonly rate?: number; readonly mean?: number; readonly sd?: number },
  ): Readonly<Record<string, unknown>>
  readonly grid: readonly number[]
  /** Where it was simulated: errors, normal values, or both. */
  readonly streams: readonly ('rate' | 'normal')[]
}

const tens = (strength: number) => 10 ** -strength
const quiet = (strength: number) => Math.min(0.4, 5 * tens(strength))

/** How each detector that is calibrated by simulation is set stronger, and where it is simulated. */
export const strengths = {
  ddm: {
    name: 'ddm',
    set: (s) => ({ drift: s, warning: (s * 2) / 3 }),
    grid: [1.5, 2, 2.25, 2.5, 2.75, 3, 3.25, 3.5, 4, 4.5, 5, 6, 8, 12],
    streams: ['rate'],
  },
  eddm: {
    name: 'eddm',
    set: (s) => ({ drift: Math.exp(-s), warning: Math.exp(-s / 2) }),
    grid: [0.05, 0.08, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8],
    streams: ['rate'],
  },
  rddm: {
    name: 'rddm',
    set: (s) => ({ drift: s, warning: s * 0.785 }),
    grid: [1.5, 1.75, 2, 2.25, 2.5, 3, 3.5, 4, 5, 6, 8, 12],
    streams: ['rate'],
  },
  'hddm-a': {
    name: 'hddm-a',
    set: (s) => ({ drift: tens(s), warning: quiet(s) }),
    grid: [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6],
    streams: ['rate'],
  },
  'hddm-w': {
    name: 'hddm-w',
    set: (s) => ({ drift: tens(s), warning: quiet(s) }),
    grid: [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7],
    streams: ['rate'],
  },
  fhddm: {
    name: 'fhddm',
    set: (s) => ({ delta: tens(s) }),
    grid: [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8],
    streams: ['rate'],
  },
  stepd: {
    name: 'stepd',
    set: (s) => ({ drift: tens(s), warning: quiet(s) }),
    grid: [1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8],
    streams: ['rate'],
  },
  adwin: {
    name: 'adwin',
    set: (s) => ({ delta: tens(s) }),
    grid: [0.001, 0.3, 0.6, 1, 1.3, 1.7, 2, 2.5, 3],
    streams: ['rate'],
  },
  kswin: {
    name: 'kswin',
    set: (s) => ({ alpha: tens(s) }),
    grid: [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5],
    streams: ['normal'],
  },
  bocd: {
    name: 'bocd',
    set: (s, { rate, mean, sd }) => ({
      ...(rate === undefined
        ? { model: 'normal', priorMean: mean, variance: (sd ?? 1) ** 2 }
        : { model: 'bernoulli', priorMean: rate }),
      ...{ priorWeight: 10, hazard: 0.001, memory: 50, odds: s },
    }),
    grid: [0, 2, 4, 6, 8],
    streams: ['rate', 'normal'],
  },
} satisfies Readonly<Record<string, Strength>>
