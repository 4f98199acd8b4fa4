import { scanPhases } from '../../../contracts/scan-phases.ts'
import { labelledWorld, labelOf, type SentLabel } from '../../support/labelled-world.ts'
import { pairsOf } from '../../support/pair-log.ts'
import { day, hourMs, origin } from '../../support/scan-world.ts'
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
    'ledger shall keep every invariant, that of its labels as well. --sabotage skip-slice lets a slice be lost.',
  phases: scanPhases,
  servers,
  victims: ['worker', ...servers],
  sabotages: ['skip-slice'],
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
        const input = { servers: on, log, strike, skipSlice: sabotaged !== null }
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
  const world = await labelledWorld({ on })
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
  const labels = [0, 1].flatMap(labelsOf)
  for (let from = 0; from < labels.length; from += 200) {
    await world.sendLabels([...labels.slice(from, from + 200), { value: 'not json' }])
  }
  return world
}

/** Of half of the predictions of a day at least, some corrected in another partition, some withdrawn. */
function labelsOf(index: number): SentLabel[] {
  const time = (hours: number) => new Date(origin + (24 * index + hours) * hourMs).toISOString()
  return Array.from({ length: 800 }, (_, i) => i).flatMap((i) => {
    const id = `d${index}-${i}`
    return [
      { ...labelOf(id, time(23), i % 3 === 0 ? 1 : 0), partition: i % 2 },
      ...(i % 10 === 0 ? [{ ...labelOf(id, time(23.5), 1), partition: (i + 1) % 2 }] : []),
      ...(i % 37 === 0 ? [{ key: id, value: null, partition: 1 }] : []),
    ]
  })
}
