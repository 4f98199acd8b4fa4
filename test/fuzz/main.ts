import { parseArgs } from 'node:util'
import { formats } from '../../formats/index.ts'
import { createFuzzer } from './fuzzer.ts'
import { runWatched } from './watched.ts'

const usage = `usage: npm run fuzz -- [--inputs N] [--seed N] [--deadline MS] [--input K]

Gives every registered log format N records that mishaps have changed, and stops at the first that is answered with
anything else than rows or one reason, is read in two ways, is a dead letter that another process reads otherwise, is
counted twice or lost, adds to what objects inherit, or
takes longer than the deadline (2,000 ms). --input K gives input K of that seed alone.

  npm run fuzz -- --inputs 1000000 --seed 7
  npm run fuzz -- --seed 7 --input 4711`

const { values } = parsed()
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const [inputs, seed, deadlineMs, only] = [
  numberOf('inputs', 100_000),
  numberOf('seed', 1),
  numberOf('deadline', 2_000),
  numberOf('input', -1),
]
const [from, to] = only >= 0 ? [only, only + 1] : [0, inputs]
const began = performance.now()
let told = began
const outcome = await runWatched(
  { seed, from, to },
  {
    deadlineMs,
    onProgress: (index) => {
      if (performance.now() - told < 10_000) return
      told = performance.now()
      console.error(`  ${index.toLocaleString('en')} of ${to.toLocaleString('en')}`)
    },
  },
)
if ('failed' in outcome) {
  const { index, reason } = outcome.failed
  const fuzzer = createFuzzer(formats, seed)
  console.error(`input ${index} of seed ${seed} (${fuzzer.titleOf(Math.max(0, index))}): ${reason}`)
  const { value } = fuzzer.recordOf(Math.max(0, index))
  console.error(
    `  ${value === null ? 'no value' : Buffer.from(value).subarray(0, 300).toString('base64')}`,
  )
  console.error(`  again: npm run fuzz -- --seed ${seed} --input ${index}`)
  process.exit(1)
}
const { tally } = outcome
const seconds = ((performance.now() - began) / 1_000).toFixed(1)
const count = (value: number) => value.toLocaleString('en')
console.log(
  `${count(tally.inputs)} inputs, seed ${seed}: ${count(tally.good)} good with ${count(tally.rows)} rows, ${count(tally.bad)} bad, ${count(tally.foreign)} foreign; nothing broke in ${seconds} s`,
)

function numberOf(name: 'inputs' | 'seed' | 'deadline' | 'input', otherwise: number): number {
  const given = values[name]
  if (given === undefined) return otherwise
  if (/^\d{1,9}$/.test(given)) return Number(given)
  console.error(`error: --${name} ${given} is no whole number\n\n${usage}`)
  process.exit(2)
}

function parsed() {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      options: {
        ...{ inputs: text, seed: text, deadline: text, input: text },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    console.error(`error: ${(error as Error).message}\n\n${usage}`)
    process.exit(2)
  }
}
