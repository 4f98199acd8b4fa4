import type { Binning } from '../contracts/binning.ts'
import type { ArmTally, StepSums } from '../contracts/rollout-sums.ts'
import { createProfile, mergeProfiles, type Profile, RowCounter } from '../profiles/index.ts'
import { addSums } from '../statistics/confidence-sequence.ts'
import type { Answer, Decoded } from './answer-decoder.ts'

export type Arm = 'stable' | 'candidate'

const one = (value: number | null) =>
  value === null ? { n: 0, sum: 0, squares: 0 } : { n: 1, sum: value, squares: value ** 2 }

/** Adds the answers of records to what a step has come to. */
export class StepTally {
  sums: StepSums
  readonly #counters: Readonly<Record<Arm, RowCounter | null>>
  /** A record that says by the usual path how long it took would say what went wrong. */
  readonly #timesTell: boolean

  constructor(sums: StepSums, asked: Binning | null, timesTell: boolean) {
    const counter = () => (asked === null ? null : new RowCounter(createProfile(asked)))
    this.sums = sums
    this.#counters = { stable: counter(), candidate: counter() }
    this.#timesTell = timesTell
  }

  /** `armOf` says to which arm a version belongs here; undefined: to none. */
  add(decoded: Decoded, armOf: (version: string) => Arm | undefined): void {
    if (decoded === 'none') return
    if (decoded === 'unreadable') {
      this.sums = { ...this.sums, unreadable: this.sums.unreadable + 1 }
      return
    }
    for (const answer of decoded) {
      const arm = armOf(answer.version)
      if (arm === undefined) this.sums = { ...this.sums, others: this.sums.others + 1 }
      else this.#count(arm, answer)
    }
  }

  #count(arm: Arm, answer: Answer): void {
    const { failed, latencyMs, score, asked } = answer
    const before = this.sums[arm]
    const errorsLogged = this.sums.errorsLogged || failed || (this.#timesTell && latencyMs !== null)
    this.sums = {
      ...this.sums,
      errorsLogged,
      [arm]: {
        ...before,
        requests: before.requests + 1,
        failures: before.failures + Number(failed),
        latency: addSums(before.latency, one(latencyMs)),
        scores: addSums(before.scores, one(score)),
      },
    }
    if (asked !== null) this.#counters[arm]?.add(asked)
  }

  /** The profile of what an arm was asked, with what was known of it; null: nothing is counted. */
  inputs(arm: Arm, before: Profile | null): Profile | null {
    const counted = this.#counters[arm]?.settle() ?? null
    if (counted !== null && before !== null) mergeProfiles(counted, before)
    return counted
  }
}

/** All that both came to. */
export const addTallies = (left: ArmTally, right: ArmTally): ArmTally => ({
  requests: left.requests + right.requests,
  failures: left.failures + right.failures,
  latency: addSums(left.latency, right.latency),
  scores: addSums(left.scores, right.scores),
  losses: addSums(left.losses, right.losses),
})
