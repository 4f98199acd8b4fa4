import { availableParallelism } from 'node:os'
import { defineBench } from './bench.ts'
import { type Case, cases } from './budget/cases.ts'
import type { Raised } from './budget/default-rules.ts'
import { type CaseResult, type KeptQuarter, readKept, resultOf, writeKept } from './budget/kept.ts'
import { type Quarter, quarterWindows } from './budget/quarter.ts'
import { promised, type Summary } from './budget/summary.ts'
import type { Job } from './budget/worker.ts'
import { sizes, watched } from './budget/world.ts'
import { progress } from './false-alarms/progress.ts'
import { onThreads } from './false-alarms/threads.ts'

const names = cases.map(({ name }) => name)

/**
 * Whether the budget of false alarms is kept: quarters of models in which nothing changes, hour by hour through the
 * functions that judge and decide in the product, every effect large enough to matter.
 */
export const budget = defineBench({
  summary: `false incidents per budget in quarters without any change (${names.join(', ')}); --from A,B adds up what runs kept with --json`,
  options: { seed: 1, first: 1, quarters: 400, case: 'plain', threads: 2, json: '', from: '' },
  async run({ seed, first, quarters, case: name, threads, json, from }) {
    if (from !== '') return pooled(from.split(','), json)
    const chosen = name === 'all' ? cases : cases.filter((one) => one.name === name)
    if (chosen.length === 0) {
      console.error(`no case is named ${name}: ${names.join(', ')} or all`)
      return 2
    }
    const groups = 3
    console.log(
      `${quarters} model-quarters: ${quarterWindows} hourly windows of ${sizes.window} rows, ${watched.length} features, ${groups} segments, a reference of ${sizes.reference} rows drawn anew for each; smallest effect that matters 0`,
    )
    const results: CaseResult[] = []
    for (const one of chosen) {
      const jobs = Array.from({ length: quarters }, (_, i): QuarterJob => {
        return { kind: 'quarter', case: one.name, seed, quarter: first + i }
      })
      // What has run is kept when the rest never does.
      const keep = (result: CaseResult) => json !== '' && writeKept(json, [...results, result])
      const result = await quartersOf(one, jobs, Math.min(threads, availableParallelism()), keep)
      results.push(result)
      print(one.summary, result)
    }
    const raised = await defaultsOf(seed)
    printDefaults(raised, results[0]?.summary.mean ?? 0)
    if (json !== '') writeKept(json, results, raised)
    return results.every(({ summary }) => summary.holds) ? 0 : 1
  },
})

/** What earlier runs kept, as one. */
function pooled(files: readonly string[], json: string): number {
  let results: CaseResult[]
  try {
    results = readKept(files)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 2
  }
  for (const result of results) {
    print(cases.find((one) => one.name === result.name)?.summary ?? '', result)
  }
  if (json !== '') writeKept(json, results)
  return results.every(({ summary }) => summary.holds) ? 0 : 1
}

type QuarterJob = Job & { readonly kind: 'quarter' }

const script = new URL('./budget/worker.ts', import.meta.url)

async function quartersOf(
  { name }: Case,
  jobs: readonly QuarterJob[],
  threads: number,
  keep: (result: CaseResult) => void,
): Promise<CaseResult> {
  const found: KeptQuarter[] = []
  const tell = progress(jobs.length)
  await onThreads<Quarter, QuarterJob>(
    jobs,
    threads,
    ({ seed, quarter }, answer) => {
      found.push({ ...answer, seed, quarter })
      const result = resultOf(name, found)
      keep(result)
      const { mean, limit } = result.summary
      tell(1, `${name}: ${found.length} quarters, ${figures(mean, limit)}`)
    },
    script,
  )
  return resultOf(name, found)
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

function print(what: string, { name, summary }: { name: string; summary: Summary }): void {
  const { mean, limit, least, holds, incidents, quarters } = summary
  console.log(`\n${name}: ${what}`)
  console.log(
    `  ${incidents} false incidents in ${quarters} quarters: ${figures(mean, limit)} with 99 %`,
  )
  console.log(
    `  ${holds ? 'holds' : 'DOES NOT HOLD'}: the limit is to be ${promised.limit} at most, the mean ${least} at least`,
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
