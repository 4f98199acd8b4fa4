import { type ScanPhase, scanPhases } from '../../contracts/scan-phases.ts'
import { pairsOf } from '../support/pair-log.ts'
import { day, scanWorld } from '../support/scan-world.ts'
import { type ChaosLog, chaosLogs, type RoundResult, runRound } from './round.ts'
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
  readonly log: ChaosLog['kind']
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

/**
 * Each kind of log undisturbed once, then round by round with one strike each, in turn on one of the logs; every round
 * shall end in the same bytes.
 */
export async function runChaos(input: ChaosInput): Promise<ChaosOutcome> {
  const { servers } = input
  await using sources = new AsyncDisposableStack()
  const logs: { log: ChaosLog; undisturbed: RoundResult }[] = []
  for (const kind of Object.keys(chaosLogs) as ChaosLog['kind'][]) {
    const { topic } = sources.adopt(await filledLog(servers, kind), (source) => source.close())
    const log = { topic, kind }
    logs.push({ log, undisturbed: await runRound({ servers, log, strike: null }) })
  }
  const passes = leastPasses(logs.map(({ undisturbed }) => undisturbed.passes))
  const rounds: RoundOutcome[] = []
  for (const strike of strikesOf(input.rounds, input.seed, passes)) {
    const able = logs.filter(({ undisturbed }) => undisturbed.passes.has(strike.phase))
    const { log, undisturbed } = able[rounds.length % able.length] ?? logs[0]!
    const { skipSlice = false } = input
    const outcome = await runRound({ servers, log, strike, skipSlice }).then(
      (result) => ({ seconds: result.seconds, faults: faultsOf(result, undisturbed) }),
      (error: Error) => ({ seconds: 0, faults: [error.message] }),
    )
    const told = { round: rounds.length + 1, log: log.kind, ...strike, ...outcome }
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
}

/** How often each phase is come by at least, in the logs that come by it. */
function leastPasses(all: readonly ReadonlyMap<ScanPhase, number>[]): Map<ScanPhase, number> {
  const least = new Map<ScanPhase, number>()
  for (const [phase, passes] of all.flatMap((each) => [...each])) {
    least.set(phase, Math.min(passes, least.get(phase) ?? passes))
  }
  return least
}

const notStruck = 'the phase was never come by'

function faultsOf(result: RoundResult, undisturbed: RoundResult): string[] {
  return [
    ...(result.struck ? [] : [notStruck]),
    ...(result.result === undisturbed.result ? [] : ['other bytes than undisturbed']),
    ...result.broken,
  ]
}

/** Two days, the second drifted, with garbage in between, in batches of about 100 records. */
async function filledLog(servers: ChaosServers, kind: ChaosLog['kind']) {
  const world = await scanWorld({ on: servers })
  const records =
    kind === 'pair'
      ? [...pairsOf(0, 800), ...pairsOf(1, 800, { shift: 1 })].map(({ value }, i) => ({
          ...{ value, partition: i % 2 },
        }))
      : [...day(0, 1_600), ...day(1, 1_600, { shift: 1 })].flatMap((sent, i) =>
          kind === 'repeated' && i % 8 < 2 ? [sent, { ...sent, partition: 1 }] : [sent],
        )
  for (let from = 0; from < records.length; from += 200) {
    await world.send([...records.slice(from, from + 200), { value: 'not json', partition: 0 }])
  }
  return world
}
