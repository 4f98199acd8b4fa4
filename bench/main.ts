import { parseArgs } from 'node:util'
import type { Bench } from './bench.ts'
import { judging } from './judge.ts'
import { scan } from './scan.ts'

/** `npm run bench -- NAME [--option N ...]`: one line per measurement. */
const benches: Readonly<Record<string, Bench>> = { scan, judge: judging }

const [name = '', ...rest] = process.argv.slice(2)
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined
if (bench === undefined) {
  console.error('usage: npm run bench -- NAME [options]\n')
  for (const [each, { summary, options }] of Object.entries(benches)) {
    const defaults = Object.entries(options).map(([option, value]) => `--${option} ${value}`)
    console.error(`  ${each.padEnd(8)} ${summary}\n           ${defaults.join(' ')}`)
  }
  process.exit(2)
}
await bench.run(optionsOf(bench))

function optionsOf({ options }: Bench): Record<string, number> {
  const known = Object.keys(options).map((option) => [option, { type: 'string' as const }])
  try {
    const { values } = parseArgs({ args: rest, options: Object.fromEntries(known) })
    const given = Object.entries(values).map(([option, text]) => {
      const number = Number(text)
      if (!Number.isSafeInteger(number) || number <= 0) {
        throw new Error(`--${option} takes a whole number above 0`)
      }
      return [option, number]
    })
    return { ...options, ...Object.fromEntries(given) }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
}
