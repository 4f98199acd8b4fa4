import { scanPhases } from '../../../contracts/scan-phases.ts'
import { pairsOf } from '../../support/pair-log.ts'
import { day, scanWorld } from '../../support/scan-world.ts'
import type { Chaos } from '../chaos.ts'
import type { ChaosServers } from '../servers.ts'
import { type ChaosLog, chaosLogs, type ScanResult, scanRound } from './round.ts'

const servers = ['kafka', 'postgres', 'temporal'] as const

/** Scans of the same two windows of a log; every round shall end in the same bytes. */
export const scanChaos: Chaos = {
  name: 'scan',
  summary:
    'Scans the same two windows of a log again and again, in turn of predictions, of requests and responses apart,\n' +
    'and of predictions that come more than once. Each round shall end in the bytes of an undisturbed scan, and its\n' +
    'ledger shall keep every invariant. --sabotage skip-slice lets a slice be lost.',
  phases: scanPhases,
  servers,
  victims: ['worker', ...servers],
  sabotage: 'skip-slice',
  sound: 'same bytes',
  async open(on, { sabotaged }) {
    await using sources = new AsyncDisposableStack()
    const logs = new Map<string, { log: ChaosLog; undisturbed: ScanResult }>()
    for (const kind of Object.keys(chaosLogs) as ChaosLog['kind'][]) {
      const { topic } = sources.adopt(await filledLog(on, kind), (source) => source.close())
      const log = { topic, kind }
      logs.set(kind, { log, undisturbed: await scanRound({ servers: on, log, strike: null }) })
    }
    const opened = sources.move()
    return {
      kinds: new Map(
        [...logs].map(([kind, { undisturbed }]) => [kind, { passes: undisturbed.passes }]),
      ),
      async round(kind, strike) {
        const { log, undisturbed } = logs.get(kind)!
        const input = { servers: on, log, strike, skipSlice: sabotaged }
        const { struck, result, broken } = await scanRound(input)
        const same = result === undisturbed.result
        return { struck, faults: [...(same ? [] : ['other bytes than undisturbed']), ...broken] }
      },
      close: () => opened.disposeAsync(),
    }
  },
}

/** Two days, the second drifted, with garbage in between, in batches of about 100 records. */
async function filledLog(on: ChaosServers, kind: ChaosLog['kind']) {
  const world = await scanWorld({ on })
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
