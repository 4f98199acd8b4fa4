import { type ScanPhase, scanPhases } from '../../contracts/scan-phases.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { type ServerName, serverNames } from './servers.ts'

/** Who is killed. */
export const victims = ['worker', ...serverNames] as const
export type Victim = 'worker' | ServerName

export interface Strike {
  readonly phase: ScanPhase
  readonly victim: Victim
  /** The phase is come by that many times before: 1 is the first time. */
  readonly time: number
}

/**
 * One strike a round, seeded: every phase once before one comes again, another victim for a phase each time, at any of
 * the `passes` that an undisturbed scan comes by it.
 */
export function strikesOf(
  rounds: number,
  seed: number,
  passes: ReadonlyMap<ScanPhase, number>,
): Strike[] {
  const next = mulberry32(seed)
  const whole = (below: number) => Math.floor(next() * below)
  const order = shuffled(scanPhases, whole)
  const first = whole(victims.length)
  return Array.from({ length: rounds }, (_, round) => {
    const place = round % order.length
    const turn = Math.floor(round / order.length)
    const phase = order[place]!
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
