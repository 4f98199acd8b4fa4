import { onThreads } from '../false-alarms/threads.ts'
import { scipyStatistics } from './contenders.ts'
import { type Ratio, ratioOf } from './shift.ts'
import { changesOf, contendersOf, type Job, type Simulated } from './simulate.ts'

/** Ours against another, for one change and one pair of sizes. */
export interface Found extends Ratio {
  readonly change: string
  readonly rows: { readonly reference: number; readonly current: number }
  readonly ours: number
  readonly test: string
  readonly other: string
  /** The same statistic elsewhere, or what another tool decides by. */
  readonly against: 'statistic' | 'default'
  readonly kept: boolean
}

export interface Run {
  readonly seed: number
  readonly threads: number
  readonly quick: boolean
  /** The test that decides by default, per kind. */
  readonly primary: Readonly<Record<'numeric' | 'categorical', string>>
  readonly say: (line: string) => void
}

/** Sizes of reference and window; up to 1,000 rows of reference Evidently decides by p-values, above by distances. */
const sizes = [
  [1_000, 300],
  [10_000, 1_000],
  [10_000, 10_000],
] as const

/** Our own level: what it really achieves is what the others are tuned to. */
export const level = 0.05
/** A size found may be so much larger than another's ... */
export const mostRatio = 1.05
/** ... beyond so many standard errors of the simulation, one side of 99 %. */
const margin = 2.33

/** Repetitions without and with changes. */
const repetitions = (kind: Job['kind'], quick: boolean) =>
  kind === 'numeric'
    ? { all: quick ? 1_000 : 4_000, changed: quick ? 150 : 800 }
    : { all: quick ? 4_000 : 20_000, changed: quick ? 500 : 4_000 }

export async function findShifts(run: Run): Promise<Found[]> {
  const found: Found[] = []
  for (const kind of ['numeric', 'categorical'] as const) {
    for (const [reference, current] of run.quick ? sizes.slice(0, 2) : sizes) {
      const began = performance.now()
      const simulated = await simulateAll(kind, reference, current, run)
      const seconds = ((performance.now() - began) / 1_000).toFixed(0)
      run.say(`${kind}, ${current} rows against ${reference}: ${seconds} s`)
      for (const change of changesOf(kind)) {
        for (const { test, other, against } of pairs({ kind, reference }, run)) {
          const ratio = ratioOf(simulated, change, test, other, level)
          // A change that neither finds at any size is nothing that either is for.
          if (Number.isNaN(ratio.ratio)) continue
          const kept = ratio.ratio - margin * (ratio.error || 0) <= mostRatio
          found.push({ change, rows: { reference, current }, test, other, against, ...ratio, kept })
        }
      }
    }
  }
  return found
}

/** Each test and the same statistic in scipy; the test that decides by default and what others decide by. */
function pairs(job: Pick<Job, 'kind' | 'reference'>, { primary }: Run) {
  const names = Object.keys(contendersOf(job))
  const statistics = Object.keys(scipyStatistics)
    .map((name) => ({
      test: `ours ${name}`,
      other: `scipy ${name}`,
      against: 'statistic' as const,
    }))
    .filter(({ test, other }) => names.includes(test) && names.includes(other))
  const defaults = names
    .filter((name) => name.startsWith('peer'))
    .map((other) => ({ test: `ours ${primary[job.kind]}`, other, against: 'default' as const }))
  return [...statistics, ...defaults]
}

async function simulateAll(
  kind: Job['kind'],
  reference: number,
  current: number,
  { seed, threads, quick }: Run,
): Promise<Simulated> {
  const { all, changed } = repetitions(kind, quick)
  const parts = 4 * threads
  const step = Math.ceil(all / parts)
  const jobs = Array.from({ length: parts }, (_, i): Job => {
    const range = { first: i * step, last: Math.min(all, (i + 1) * step) }
    // Every thread draws changed windows too: the first of each part.
    const changedBelow = range.first + Math.ceil(changed / parts)
    return { kind, reference, current, ...range, changedBelow, seed, ratio: 1.25 }
  })
  const answers: Simulated[] = []
  await onThreads<Simulated, Job>(
    jobs,
    threads,
    (job, answer) => {
      answers[jobs.indexOf(job)] = answer
    },
    new URL('./worker.ts', import.meta.url),
  )
  return answers.reduce(joined)
}

function joined(left: Simulated, right: Simulated): Simulated {
  const both = (a: Simulated['unchanged'], b: Simulated['unchanged']) =>
    Object.fromEntries(Object.entries(a).map(([name, list]) => [name, [...list, ...b[name]!]]))
  return {
    unchanged: both(left.unchanged, right.unchanged),
    changed: Object.fromEntries(
      Object.entries(left.changed).map(([change, list]) => [
        change,
        list.map(({ size, evidence }, i) => ({
          size,
          evidence: both(evidence, right.changed[change]![i]!.evidence),
        })),
      ]),
    ),
  }
}

/** One line for people. */
export function lineOf({ change, rows, test, other, ours, theirs, ...one }: Found): string {
  const number = (x: number) => (Number.isFinite(x) ? x.toPrecision(3) : 'never').padStart(8)
  return [
    one.kept ? 'ok  ' : 'MISS',
    one.ratio.toFixed(3).padStart(8),
    `± ${one.error.toFixed(3)}`,
    change.padEnd(13),
    `${rows.current}/${rows.reference}`.padEnd(12),
    `${test.padEnd(22)} ${number(ours)}`,
    `${other.padEnd(40)} ${number(theirs)}`,
    `at ${(100 * one.rate).toFixed(1)} %`,
  ].join('  ')
}
