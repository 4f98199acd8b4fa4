import type { FeatureValue } from '../contracts/prediction.ts'
import { buildBinning, createGuard, fitGuardDistance } from '../profiles/index.ts'
import { mulberry32, normal } from '../test/support/mulberry32.ts'
import { defineBench } from './bench.ts'
import { guardOverHttp } from './guard/http.ts'
import { report } from './targets.ts'

/** What one input costs, judged by every rule and its distance; and a request through the guard as a service. */
export const guardSpeed = defineBench({
  summary: 'microseconds of one input of 20 features, and what the guard adds to a request',
  options: { rows: 50_000, seed: 1, seconds: 1, rounds: 3 },
  async run({ rows, seed, seconds, rounds }) {
    const next = mulberry32(seed)
    const draw = (count: number) =>
      Array.from({ length: count }, (): FeatureValue[] => [
        ...Array.from({ length: 12 }, () => normal(next)),
        ...Array.from({ length: 8 }, () => `c${Math.floor(20 * next())}`),
        next(),
      ])
    const settings = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [
        `f${i}`,
        { type: i < 12 ? ('numeric' as const) : ('categorical' as const) },
      ]),
    )
    const reference = draw(5_000)
    const binning = buildBinning(
      'bench',
      '1',
      settings as unknown as Parameters<typeof buildBinning>[2],
      reference,
    )
    const judge = createGuard(binning, {
      distance: fitGuardDistance(binning, reference, { rate: 0.01, next }),
    })
    const inputs = draw(rows)
    for (const input of inputs.slice(0, 5_000)) judge(input)
    const cpu = process.cpuUsage()
    let flagged = 0
    for (const input of inputs) if (judge(input).action !== 'accept') flagged++
    const { user, system } = process.cpuUsage(cpu)
    console.log(`${rows} inputs of 20 features, ${flagged} flagged`)
    const promised = report([
      { what: 'CPU of one input', measured: (user + system) / rows, most: 50, unit: 'µs' },
    ])
    await guardOverHttp({ seconds, rounds })
    return promised
  },
})
