import { z } from 'zod'
import type { StreamState } from './detector.ts'
import { meanWith } from './running-mean.ts'

/** Mean and deviation to expect: known, or learned from the first values after each start. */
export interface Expected extends StreamState {
  readonly known: { readonly target: number; readonly sd: number } | null
  readonly learn: number
  learned: number
  target: number
  sd: number
  squares: number
}

/** Options of a detector that knows it, or learns it. */
export const expectedOptions = {
  target: z.number().optional(),
  sd: z.number().positive().optional(),
  learn: z.int().min(2).default(100),
}

/** What its state begins with. */
export const expectedOf = ({
  target,
  sd,
  learn,
}: {
  readonly target?: number | undefined
  readonly sd?: number | undefined
  readonly learn: number
}): Omit<Expected, 'level'> => ({
  known: target === undefined || sd === undefined ? null : { target, sd },
  ...{ learn, learned: 0, target: 0, sd: 0, squares: 0 },
})

/**
 * Whether what to expect is known; while it is not, the value is learned from. Mean and squares by Welford (1962); the
 * deviation has n - 1 below it.
 */
export function expects(state: Expected, x: number): boolean {
  if (state.learned >= state.learn) return true
  const n = ++state.learned
  const before = state.target
  state.target = meanWith(before, n, x)
  state.squares += (x - before) * (x - state.target)
  if (n === state.learn) state.sd = Math.sqrt(state.squares / (n - 1))
  return false
}

export function unlearn(state: Expected): void {
  state.learned = state.known === null ? 0 : state.learn
  state.target = state.known?.target ?? 0
  state.sd = state.known?.sd ?? 0
  state.squares = 0
}
