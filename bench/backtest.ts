import { modelSettings } from '../contracts/config.ts'
import type { FeatureValue } from '../contracts/prediction.ts'
import { Backtest } from '../judging/backtest.ts'
import { buildBinning, profileDigest } from '../profiles/index.ts'
import { mulberry32, normal } from '../test/support/mulberry32.ts'
import { defineBench, measure } from './bench.ts'
import { summedRows } from './summed-rows.ts'
import { report, slowness } from './targets.ts'

const hourMs = 3_600_000
const startMs = Date.parse('2001-01-01T00:00:00Z')

/** Windows are repeated after so many: making their rows would take longer than replaying them. */
const distinct = 200

/**
 * What a team waits for when it tries out a configuration: hourly windows of numbers and categories from stored parts,
 * with every scale, history and governor in force.
 */
export const backtest = defineBench({
  summary: 'seconds to replay stored windows through verdict rules and governor',
  options: { windows: 10_000, features: 20, rows: 1_000 },
  async run({ windows, features, rows }) {
    const settings = modelSettings.parse({
      log: { topic: 't' },
      features: Object.fromEntries(
        Array.from({ length: features }, (_, i) => [
          `x${i}`,
          { type: i % 4 === 3 ? 'categorical' : 'numeric' },
        ]),
      ),
      window: { length: '1h', bucket: '1h', anchor: '2001-01-01T00:00:00Z' },
      serving: { url: 'http://127.0.0.1:1' },
    })
    const next = mulberry32(1)
    const row = (): FeatureValue[] => [
      ...Array.from({ length: features }, (_, i) =>
        i % 4 === 3 ? `c${Math.floor(next() * 8)}` : normal(next),
      ),
      next(),
    ]
    const before = Array.from({ length: 20_000 }, row)
    const binning = buildBinning('bench', '1', settings.features, before)
    const summed = (list: readonly FeatureValue[][]) =>
      summedRows(
        binning,
        list.map((values, i) => ({ id: String(i), values })),
      )
    const held = summed(before)
    const reference = {
      ...held,
      version: '1',
      binning,
      digest: profileDigest(held.profile),
      segments: [],
    }
    const made = Array.from({ length: Math.min(distinct, windows) }, () =>
      summed(Array.from({ length: rows }, row)),
    )
    const run = new Backtest({
      model: 'bench',
      name: 'bench',
      settings,
      changes: [],
      adopts: false,
    })
    const { cpuSeconds, wallSeconds } = await measure(async () => {
      for (let i = 0; i < windows; i++) {
        const [from, to] = [startMs + i * hourMs, startMs + (i + 1) * hourMs]
        const part = { version: '1', segment: '', bucket: new Date(from), rows }
        run.add({ ...part, ...(made[i % made.length] as (typeof made)[number]) })
        const window = { start: new Date(from).toISOString(), end: new Date(to).toISOString() }
        await run.judge({ window, counts: { bad: 0, lost: 0 }, referenceOf: () => reference })
      }
    })
    const { incidents } = run.end()
    const slow = slowness()
    console.log(
      `${windows} windows of ${features} features: ${cpuSeconds.toFixed(1)} s of CPU, ${wallSeconds.toFixed(1)} s in all, ${(cpuSeconds / slow).toFixed(1)} s on a quiet machine; ${incidents.length} incidents`,
    )
    const scale = (10_000 / windows) * (20 / features)
    return report([
      {
        what: 'ten thousand model-windows of 20 features, a quiet 2-core machine',
        ...{ measured: (cpuSeconds / slow) * scale, most: 60, unit: 's' },
      },
    ])
  },
})
