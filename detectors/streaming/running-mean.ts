/** Mean of n values after one more: as exact as the values' own size allows (Welford, 1962). */
export const meanWith = (mean: number, n: number, x: number): number => mean + (1 / n) * (x - mean)

/** The same in the order of operations of Frouros, which rounds otherwise. */
export const frourosMeanWith = (mean: number, n: number, x: number): number => mean + (x - mean) / n

/** The one of both in whose order of operations a detector works. */
export const runningMean = (frouros: boolean, mean: number, n: number, x: number): number =>
  frouros ? frourosMeanWith(mean, n, x) : meanWith(mean, n, x)
