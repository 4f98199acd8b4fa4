import { approval } from './approval.ts'
import { backtest } from './backtest.ts'
import type { Bench, Option } from './bench.ts'
import { budget } from './budget.ts'
import { concept } from './concept.ts'
import { detectorSpeed } from './detectors.ts'
import { falseAlarms } from './false-alarms.ts'
import { guardSpeed } from './guard.ts'
import { intervals } from './intervals.ts'
import { judging } from './judge.ts'
import { kinds } from './kinds.ts'
import { labels } from './labels.ts'
import { parseOptions, usageOf } from './options.ts'
import { policy } from './policy.ts'
import { power } from './power.ts'
import { release } from './release.ts'
import { retrain } from './retrain.ts'
import { scan } from './scan.ts'
import { scanFleet } from './scan-fleet.ts'
import { scanMemory } from './scan-memory.ts'
import { scanWorkers } from './scan-workers.ts'
import { streams } from './streams.ts'

/** `npm run bench -- NAME [--option VALUE ...]`: one line per measurement. */
const benches: Readonly<Record<string, Bench>> = {
  scan,
  'scan-workers': scanWorkers,
  'scan-memory': scanMemory,
  'scan-fleet': scanFleet,
  labels,
  approval,
  judge: judging,
  backtest,
  detectors: detectorSpeed,
  power,
  'false-alarms': falseAlarms,
  budget,
  intervals,
  guard: guardSpeed,
  streams,
  kinds,
  concept,
  policy,
  retrain,
  release,
}

const [name = '', ...rest] = process.argv.slice(2)
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined
if (bench === undefined) {
  console.error('usage: npm run bench -- NAME [options]\n')
  for (const [each, one] of Object.entries(benches)) {
    console.error(`  ${each.padEnd(13)} ${one.summary}\n                ${usageOf(one)}`)
  }
  process.exit(2)
}
process.exitCode = (await bench.run(optionsOf(bench))) ?? 0

function optionsOf(chosen: Bench): Record<string, Option> {
  try {
    return parseOptions(chosen, rest)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exit(2)
  }
}
