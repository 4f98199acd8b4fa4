import type { ChaosServers, ServerName } from './servers.ts'
import { type Strike, strikesOf } from './strikes.ts'

/** What is done again and again while something dies: a scan, a gate. */
export interface Chaos {
  readonly name: string
  /** Sentences for whoever asks what it does. */
  readonly summary: string
  readonly phases: readonly string[]
  readonly servers: readonly ServerName[]
  /** Who is killed, `servers` among them. */
  readonly victims: readonly string[]
  /** What can be made wrong on purpose, to show that it is found. */
  readonly sabotages: readonly string[]
  /** Of a round in which nothing is wrong. */
  readonly sound: string
  /** Everything that rounds share; each kind of round is gone through once undisturbed. */
  open(servers: ChaosServers, options: { readonly sabotaged: string | null }): Promise<Scene>
}

export interface KindOfRound {
  /** How often each phase is come by undisturbed. */
  readonly passes: ReadonlyMap<string, number>
  /** Who has a part in it; absent: everybody. */
  readonly victims?: readonly string[]
}

export interface Scene {
  readonly kinds: ReadonlyMap<string, KindOfRound>
  round(kind: string, strike: Strike): Promise<RoundResult>
  close(): Promise<void>
}

export interface RoundResult {
  readonly struck: boolean
  readonly faults: readonly string[]
}

export interface ChaosInput {
  readonly chaos: Chaos
  readonly servers: ChaosServers
  readonly rounds: number
  readonly seed: number
  /** One of its sabotages. */
  readonly sabotaged?: string | undefined
  readonly onRound?: (outcome: RoundOutcome) => void
}

export interface RoundOutcome extends Strike {
  /** From 1. */
  readonly round: number
  readonly kind: string
  readonly seconds: number
  /** What is wrong; empty: nothing. */
  readonly faults: readonly string[]
}

export interface ChaosOutcome {
  readonly rounds: readonly RoundOutcome[]
  readonly hits: ReadonlyMap<string, number>
  /** Rounds with faults, and phases that a full run never struck. */
  readonly faults: number
}

const notStruck = 'the phase was never come by'

/** Round by round with one strike each, in turn on one of the kinds that come by the phase. */
export async function runChaos(input: ChaosInput): Promise<ChaosOutcome> {
  const { chaos, servers, seed } = input
  const { phases, victims } = chaos
  await using parts = new AsyncDisposableStack()
  const opened = await chaos.open(servers, { sabotaged: input.sabotaged ?? null })
  const scene = parts.adopt(opened, (part) => part.close())
  const kinds = [...scene.kinds]
  const passes = leastPasses(kinds.map(([, each]) => each.passes))
  const canMeet = (phase: string, victim: string) =>
    kinds.filter(([, each]) => each.passes.has(phase) && (each.victims ?? victims).includes(victim))
  const victimsOf = (phase: string) => {
    const able = victims.filter((victim) => canMeet(phase, victim).length > 0)
    return able.length === 0 ? victims : able
  }
  const rounds: RoundOutcome[] = []
  for (const strike of strikesOf({ phases, victimsOf, rounds: input.rounds, seed, passes })) {
    const able = canMeet(strike.phase, strike.victim)
    // One further with every turn: kinds may be as many as divide the phases.
    const turn = Math.floor(rounds.length / phases.length)
    const kind = (able[(rounds.length + turn) % able.length] ?? kinds[0]!)[0]
    const began = performance.now()
    const faults = await scene.round(kind, strike).then(
      (result) => [...(result.struck ? [] : [notStruck]), ...result.faults],
      (error: Error) => [error.message],
    )
    const seconds = (performance.now() - began) / 1000
    const told = { round: rounds.length + 1, kind, ...strike, seconds, faults }
    rounds.push(told)
    input.onRound?.(told)
  }
  const hits = new Map(phases.map((phase) => [phase, 0]))
  for (const { phase, faults } of rounds) {
    if (!faults.includes(notStruck)) hits.set(phase, hits.get(phase)! + 1)
  }
  const full = input.rounds >= phases.length
  const missed = full ? [...hits.values()].filter((count) => count === 0).length : 0
  return {
    rounds,
    hits,
    faults: rounds.filter(({ faults }) => faults.length > 0).length + missed,
  }
}

/** How often each phase is come by at least, in the kinds that come by it. */
function leastPasses(all: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const least = new Map<string, number>()
  for (const [phase, passes] of all.flatMap((each) => [...each])) {
    least.set(phase, Math.min(passes, least.get(phase) ?? passes))
  }
  return least
}
