import { driftKind } from '../contracts/kind.ts'
import { compareRows, rowDetectors } from '../detectors/rows.ts'
import { findDriftSlices } from '../judging/slices/drift-slices.ts'
import { findLossSlices } from '../judging/slices/loss-slices.ts'
import { type Past, pastOf, toldOf, worlds } from '../test/support/kind-worlds.ts'
import { mulberry32 } from '../test/support/mulberry32.ts'
import { errorOf, isPlanted, sampleOf } from '../test/support/slice-worlds.ts'
import { defineBench, measure } from './bench.ts'
import { report } from './targets.ts'

/** Windows that are held against one past. */
const perPast = 25

/** Which kind of drift simulated worlds are told to show, and what a search for slices takes. */
export const kinds = defineBench({
  summary:
    'kinds of drift that simulated worlds are told to show, and the CPU of a search for slices',
  options: { runs: 100, seed: 1 },
  async run({ runs, seed }) {
    let wrong = 0
    const names = [...driftKind.options, 'nothing']
    console.log(`${'world'.padEnd(28)} ${names.map((name) => short(name).padStart(9)).join(' ')}`)
    for (const [name, { kind }] of Object.entries(worlds)) {
      const told = new Map<string, number>()
      let past: Past = pastOf(seed)
      for (let run = 0; run < runs; run++) {
        if (run % perPast === 0) past = pastOf(seed + run)
        const call = toldOf(name, past, 5_000_000 * seed + run, false).kind?.kind ?? 'nothing'
        told.set(call, (told.get(call) ?? 0) + 1)
      }
      const right = told.get(kind ?? 'nothing') ?? 0
      wrong = Math.max(wrong, (runs - right) / runs)
      const counts = names.map((each) => String(told.get(each) ?? '.').padStart(9))
      console.log(`${name.padEnd(28)} ${counts.join(' ')}`)
    }
    const cost = await costs(seed)
    return report([
      { what: 'wrong calls of the worst world', measured: 100 * wrong, most: 10, unit: '%' },
      {
        what: 'slices of a drift, of a domain classifier',
        measured: cost.drift,
        most: 1,
        unit: '',
      },
      {
        what: 'slices of a loss, 6,000 rows a side, of ten of these',
        measured: cost.loss / 10,
        most: 1,
        unit: '',
      },
    ])
  },
})

const short = (kind: string): string =>
  kind.replace('data_drift_', '').replace('_', ' ').replace('_', ' ').slice(0, 9)

/** CPU of both searches as a share of that of the domain classifier on 1,000 rows a side, all in one run. */
async function costs(seed: number) {
  const planted = (row: Parameters<typeof isPlanted>[0], next: () => number) =>
    errorOf(isPlanted(row) ? 0.4 : 0.1, next)
  const flat = (_: unknown, next: () => number) => errorOf(0.1, next)
  const [few, fewNow] = [sampleOf(seed, 1_000, flat), sampleOf(seed + 1, 1_000, flat)]
  const [many, manyNow] = [sampleOf(seed + 2, 6_000, flat), sampleOf(seed + 3, 6_000, planted)]
  const cpu = async (work: () => unknown, times: number) => {
    work()
    const { cpuSeconds } = await measure(async () => {
      for (let i = 0; i < times; i++) work()
    })
    return cpuSeconds / times
  }
  const classifier = await cpu(
    () =>
      compareRows(rowDetectors['domain-classifier'], few.table, fewNow.table, {}, mulberry32(seed)),
    5,
  )
  const drift = await cpu(() => findDriftSlices(few, fewNow), 20)
  const loss = await cpu(() => findLossSlices('error_rate', manyNow, many), 10)
  const ms = (seconds: number) => `${(1_000 * seconds).toFixed(1)} ms`
  console.log(
    `CPU: slices of a drift ${ms(drift)}, of a loss ${ms(loss)}; domain classifier ${ms(classifier)}`,
  )
  return { drift: drift / classifier, loss: loss / classifier }
}
