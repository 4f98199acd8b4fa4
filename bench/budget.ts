import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineBench } from './bench.ts'
import { type Case, cases } from './budget/cases.ts'
import type { Raised } from './budget/default-rules.ts'
import { budgetsPerQuarter, detection, type Quarter, quarterWindows } from './budget/quarter.ts'
import { promised, type Summary, summaryOf } from './budget/summary.ts'
import type { Job } from './budget/worker.ts'
import { sizes, watched } from './budget/world.ts'
import { progress } from './false-alarms/progress.ts'
import { onThreads } from './false-alarms/threads.ts'

const threads = Math.min(2, availableParallelism())
const names = cases.map(({ name }) => name)

/**
 * Whether the budget of false alarms is kept: quarters of models in which nothing changes, hour by hour through the
 * functions that judge and decide in the product, every effect large enough to matter.
 */
export const budget = defineBench({
  summary: `false incidents per budget in quarters without any change (${names.join(', ')})`,
  options: { seed: 1, quarters: 400, case: 'plain', json: '' },
  async run({ seed, quarters, case: name, json }) {
    const chosen = name === 'all' ? cases : cases.filter((one) => one.name === name)
    if (chosen.length === 0) {
      console.error(`no case is named ${name}: ${names.join(', ')} or all`)
      return 2
    }
    const groups = 3
    console.log(
      `${quarters} model-quarters: ${quarterWindows} hourly windows of ${sizes.window} rows, ${watched.length} features, ${groups} segments, a reference of ${sizes.reference} rows drawn anew for each; smallest effect that matters 0`,
    )
    const results: { name: string; summary: Summary; quarters: Quarter[] }[] = []
    for (const one of chosen) {
      const found = await quartersOf(one, seed, quarters)
      const summary = summaryOf(found, budgetsPerQuarter)
      results.push({ name: one.name, summary, quarters: found })
      print(one, summary)
    }
    const raised = await defaultsOf(seed)
    printDefaults(raised, results[0]?.summary.mean ?? 0)
    if (json !== '') {
      writeFileSync(json, `${JSON.stringify({ seed, detection, results, raised }, null, 1)}\n`)
    }
    return results.every(({ summary }) => summary.holds) ? 0 : 1
  },
})

const script = new URL('./budget/worker.ts', import.meta.url)

async function quartersOf(one: Case, seed: number, quarters: number): Promise<Quarter[]> {
  const found: Quarter[] = []
  const tell = progress(quarters)
  const jobs = Array.from({ length: quarters }, (_, i): Job => {
    return { kind: 'quarter', case: one.name, seed, quarter: i + 1 }
  })
  await onThreads<Quarter, Job>(
    jobs,
    threads,
    (_, quarter) => {
      found.push(quarter)
      const { mean, limit } = summaryOf(found, budgetsPerQuarter)
      tell(1, `${one.name}: ${found.length} quarters, ${figures(mean, limit)}`)
    },
    script,
  )
  return found
}

async function defaultsOf(seed: number): Promise<readonly Raised[]> {
  let raised: readonly Raised[] = []
  await onThreads<readonly Raised[], Job>(
    [{ kind: 'default rules', case: 'plain', seed }],
    1,
    (_, answer) => {
      raised = answer
    },
    script,
  )
  return raised
}

const figures = (mean: number, limit: number): string =>
  `${mean.toFixed(3)} false incidents per budget, at most ${limit.toFixed(3)}`

function print({ name, summary: what }: Case, summary: Summary): void {
  const { mean, limit, holds, incidents, quarters } = summary
  console.log(`\n${name}: ${what}`)
  console.log(
    `  ${incidents} false incidents in ${quarters} quarters: ${figures(mean, limit)} with 99 %`,
  )
  console.log(
    `  ${holds ? 'holds' : 'DOES NOT HOLD'}: the limit is to be ${promised.limit} at most, the mean ${promised.least} at least`,
  )
  for (const [test, count] of summary.alarms) {
    console.log(`  ${String(count).padStart(6)} alarms  ${test}`)
  }
}

function printDefaults(raised: readonly Raised[], mean: number): void {
  console.log('\n30 days of hourly windows of 300 rows without any change')
  console.log('  column alerts  windows  rule')
  for (const { rule, alerts, windows } of raised) {
    console.log(`  ${String(alerts).padStart(13)}  ${String(windows).padStart(7)}  ${rule}`)
  }
  console.log(`  ${mean.toFixed(2).padStart(13)}           incidents of the budget, as above`)
}
