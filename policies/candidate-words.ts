import type { ComparisonResult } from '../contracts/comparison.ts'

/** Absent: a worker of an older release has compared them, and told no more than that people may be asked. */
type Compared = ComparisonResult | undefined

/** What a version that goes to the gate is to the champion: what is undecided is never called better. */
export function goesOnSentence(version: string, compared: Compared): string {
  switch (compared) {
    case 'BETTER':
      return `version ${version} is better`
    case 'NOT_WORSE':
      return `version ${version} is not worse, which is enough`
    case 'UNDECIDED':
      return `it is undecided whether version ${version} is better: a person decides`
    default:
      return `version ${version} goes to the gate`
  }
}

/** Why a candidate goes no further. */
export function endsSentence(compared: Compared): string {
  switch (compared) {
    case 'WORSE':
      return 'the candidate is worse'
    case 'UNDECIDED':
      return 'the candidate does not even look better'
    default:
      return 'the candidate is not better'
  }
}
