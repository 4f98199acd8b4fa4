import type { ReleaseView } from '../contracts/release.ts'

/**
 * A release whose deciding answer is on record no longer waits for anybody, even while its workflow still
 * has to write down what came of it.
 */
export function asAnswered(view: ReleaseView): ReleaseView {
  if (view.state !== 'waiting' && view.state !== 'promoting') return view
  const outcomes = view.decisions.map(({ outcome }) => outcome)
  if (outcomes.includes('WITHDRAWN')) return { ...view, state: 'rejected' }
  if (outcomes.includes('APPROVED')) return { ...view, state: 'promoting' }
  if (outcomes.includes('REJECTED')) return { ...view, state: 'rejected' }
  return view
}
