import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type FileOutcome, familiesIn, runFamily } from './run-goldens.ts'

const usage = `usage: npm run goldens -- DIR [--only ks,cvm] [--output json]

Runs every case of the golden files in DIR and prints passed, failed and unknown per file; a method that nothing
computes is unknown and counts as failed.

  npm run goldens -- test/goldens
  npm run goldens -- test/goldens --only ks,chi2`

const { values, positionals } = parsed()
const [dir] = positionals
if (values.help || dir === undefined) {
  console.log(usage)
  process.exit(values.help ? 0 : 2)
}
if (!existsSync(dir)) {
  console.error(`error: the folder ${dir} does not exist`)
  process.exit(2)
}
const families = values.only?.split(',') ?? familiesIn(dir)
const known = familiesIn(dir)
const missing = families.filter((family) => !known.includes(family))
if (missing.length > 0 || families.length === 0) {
  console.error(
    `error: ${dir} holds no golden file ${missing.join(', ')}; it has ${known.join(', ')}`,
  )
  process.exit(2)
}

const all: FileOutcome[] = []
for (const family of families) {
  const outcome = runFamily(dir, family)
  all.push(outcome)
  if (values.output !== 'json') print(outcome)
}
const total = countsOf(all.flatMap(({ outcomes }) => outcomes))
if (values.output === 'json') console.log(JSON.stringify({ ...total, files: all }, null, 2))
else console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.unknown} unknown`)
process.exit(total.failed + total.unknown === 0 ? 0 : 1)

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        only: { type: 'string' },
        output: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    process.exit(2)
  }
}

function print({ family, outcomes }: FileOutcome): void {
  const { passed, failed, unknown } = countsOf(outcomes)
  console.log(`${family.padEnd(18)} ${passed} passed, ${failed} failed, ${unknown} unknown`)
  for (const { id, state, reasons } of outcomes) {
    if (state === 'passed') continue
    console.log(`  ${state} ${id}`)
    for (const reason of reasons.slice(0, 8)) console.log(`    ${reason}`)
  }
}

function countsOf(outcomes: FileOutcome['outcomes']) {
  const count = (state: string) => outcomes.filter((outcome) => outcome.state === state).length
  return { passed: count('passed'), failed: count('failed'), unknown: count('unknown') }
}
