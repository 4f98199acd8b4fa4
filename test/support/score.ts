import type { Score } from '../../contracts/report.ts'

/** A score of Kolmogorov-Smirnov that is significant and small. */
export const score = (change: Partial<Score> = {}): Score => ({
  detector: 'ks',
  definition: 1,
  options: {},
  score: 0.05,
  effect: 0.05,
  effectInterval: [0.02, 0.08],
  pValue: 1e-6,
  n: { reference: 50_000, current: 5_000 },
  cells: 257,
  ...change,
})
