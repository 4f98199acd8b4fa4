import { type ScanPhase, scanPhases } from '../../contracts/scan-phases.ts'
import { day, scanWorld } from '../support/scan-world.ts'
import { type RoundResult, runRound } from './round.ts'
import type { ChaosServers } from './servers.ts'
import { type Strike, strikesOf } from './strikes.ts'

export interface ChaosInput {
  readonly servers: ChaosServers
  readonly rounds: number
  readonly seed: number
  readonly skipSlice?: boolean
  readonly onRound?: (outcome: RoundOutcome) => void
}

export interface RoundOutcome extends Strike {
  /** From 1. */
  readonly round: number
  readonly seconds: number
  /** What is wrong; empty: it ended in the same bytes. */
  readonly faults: readonly string[]
}

export interface ChaosOutcome {
  readonly rounds: readonly RoundOutcome[]
  readonly hits: ReadonlyMap<ScanPhase, number>
  /** Rounds with faults, and phases that a full run never struck. */
  readonly faults: number
}

/** Undisturbed once, then round by round with one strike each; every round shall end in the same bytes. */
export async function runChaos(input: ChaosInput): Promise<ChaosOutcome> {
  const { servers } = input
  const source = await filledLog(servers)
  const { topic } = source
  try {
    const undisturbed = await runRound({ servers, topic, strike: null })
    const rounds: RoundOutcome[] = []
    for (const strike of strikesOf(input.rounds, input.seed, undisturbed.passes)) {
      const { skipSlice = false } = input
      const outcome = await runRound({ servers, topic, strike, skipSlice }).then(
        (result) => ({ seconds: result.seconds, faults: faultsOf(result, undisturbed) }),
        (error: Error) => ({ seconds: 0, faults: [error.message] }),
      )
      const told = { round: rounds.length + 1, ...strike, ...outcome }
      rounds.push(told)
      input.onRound?.(told)
    }
    const hits = new Map(scanPhases.map((phase) => [phase, 0]))
    for (const { phase, faults } of rounds) {
      if (!faults.includes(notStruck)) hits.set(phase, hits.get(phase)! + 1)
    }
    const full = input.rounds >= scanPhases.length
    const missed = full ? [...hits.values()].filter((count) => count === 0).length : 0
    return {
      rounds,
      hits,
      faults: rounds.filter(({ faults }) => faults.length > 0).length + missed,
    }
  } finally {
    await source.close()
  }
}

const notStruck = 'the phase was never come by'

function faultsOf(result: RoundResult, undisturbed: RoundResult): string[] {
  return [
    ...(result.struck ? [] : [notStruck]),
    ...(result.result === undisturbed.result ? [] : ['other bytes than undisturbed']),
    ...result.broken,
  ]
}

/** Two days of predictions, the second drifted, with garbage in between, in batches of about 100 records. */
async function filledLog(servers: ChaosServers) {
  const world = await scanWorld({ on: servers })
  const records = [...day(0, 1_600), ...day(1, 1_600, { shift: 1 })]
  for (let from = 0; from < records.length; from += 200) {
    await world.send([...records.slice(from, from + 200), { value: 'not json', partition: 0 }])
  }
  return world
}
