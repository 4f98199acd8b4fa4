import { mulberry32 } from '../support/mulberry32.ts'

export interface Strike<Phase extends string = string, Victim extends string = string> {
  readonly phase: Phase
  /** Who is killed. */
  readonly victim: Victim
  /** The phase is come by that many times before: 1 is the first time. */
  readonly time: number
}

export interface StrikesInput<Phase extends string, Victim extends string> {
  readonly phases: readonly Phase[]
  /** Who can be killed there. */
  readonly victimsOf: (phase: Phase) => readonly Victim[]
  readonly rounds: number
  readonly seed: number
  /** How often an undisturbed round comes by a phase; 1 unless told. */
  readonly passes: ReadonlyMap<Phase, number>
}

/**
 * One strike a round, seeded: every phase once before one comes again, another victim for a phase each time, at any of
 * the `passes` that an undisturbed round comes by it.
 */
export function strikesOf<Phase extends string, Victim extends string>(
  input: StrikesInput<Phase, Victim>,
): Strike<Phase, Victim>[] {
  const { phases, victimsOf, rounds, passes } = input
  const next = mulberry32(input.seed)
  const whole = (below: number) => Math.floor(next() * below)
  const order = shuffled(phases, whole)
  const first = whole(victimsOf(order[0]!).length)
  return Array.from({ length: rounds }, (_, round) => {
    const place = round % order.length
    const turn = Math.floor(round / order.length)
    const phase = order[place]!
    const victims = victimsOf(phase)
    const victim = victims[(first + place + turn) % victims.length]!
    return { phase, victim, time: 1 + whole(passes.get(phase) ?? 1) }
  })
}

function shuffled<T>(items: readonly T[], whole: (below: number) => number): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = whole(i + 1)
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
