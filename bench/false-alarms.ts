import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Detector, detectors } from '../detectors/index.ts'
import { defineBench } from './bench.ts'
import { grid } from './false-alarms/grid.ts'
import { levels } from './false-alarms/limits.ts'
import type { Permuted } from './false-alarms/permuted.ts'
import { type Planned, planOf } from './false-alarms/plan.ts'
import { outsideOf, poolsOutside, tableOf } from './false-alarms/print.ts'
import { progress } from './false-alarms/progress.ts'
import { onThreads } from './false-alarms/threads.ts'
import { nothing, type Tally, together } from './false-alarms/trial.ts'
import { type Pooled, pooled, type Rate, ratesOf, standing } from './false-alarms/verdicts.ts'
import { type Run, sabotageFactor } from './false-alarms/work.ts'
import type { Job } from './false-alarms/worker.ts'

/** Probability that any rate of tests that keep their level lies outside: half for cells, half for sums. */
const error = 0.01
/** Of the short form. */
const quickly = { full: 2_500, all: 2_500 }
const threads = Math.min(2, availableParallelism())
/** A cell is drawn in so many parts, so that two threads share it and progress shows. */
const parts = 10

/**
 * How often each detector that decides raises an alarm for nothing: over a grid of sizes, cardinalities and laws, the
 * reference and the window drawn anew each time, at 5 %, 0.1 % and 0.01 %. Every rate is held against a binomial
 * interval; with 99 % all of them together hold for tests that keep their level.
 */
export const falseAlarms = defineBench({
  summary: 'rejection rates without any change, of every detector that decides',
  options: { seed: 1, json: '', sabotage: '', only: '', quick: false },
  async run({ seed, json, sabotage, only, quick }) {
    const deciding = Object.values(detectors as Record<string, Detector>).filter(
      ({ role }) => role !== 'description',
    )
    const names = only === '' ? deciding.map(({ name }) => name) : only.split(',')
    const strangers = [...names, ...(sabotage === '' ? [] : [sabotage])].filter((name) =>
      deciding.every((detector) => detector.name !== name),
    )
    if (strangers.length > 0) {
      console.error(`no detector that decides is named ${strangers.join(', ')}`)
      return 2
    }
    const cells = quick
      ? grid.filter((cell) => cell.quick).map((cell) => ({ ...cell, ...quickly }))
      : grid
    const whole = planOf(cells, deciding)
    // The interval holds for the whole grid, also where only a part of it is run.
    const comparisons =
      levels.length * whole.reduce((sum, planned) => sum + planned.detectors.length, 0)
    const plan =
      only === ''
        ? whole
        : planOf(
            cells,
            deciding.filter(({ name }) => names.includes(name)),
          )
    const run = { seed, sabotage }
    announce(plan, comparisons, run)
    const rates = await count(plan, run, (tallies) => ratesOf(tallies, comparisons, error / 2))
    const pools = pooled(rates, levels.length * deciding.length, error / 2)
    const judged = await beside(rates, run)
    console.log(`\n${tableOf(judged, pools)}\n`)
    const outside = [...poolsOutside(pools), ...outsideOf(judged)]
    for (const line of outside) console.log(line)
    console.log(
      outside.length === 0
        ? `all ${judged.length + pools.length} rates lie in their intervals`
        : `${outside.length} of ${judged.length + pools.length} rates are outside`,
    )
    if (json !== '') writeFileSync(json, `${JSON.stringify(asJson(judged, pools, run), null, 2)}\n`)
    return outside.length === 0 ? 0 : 1
  },
})

function announce(plan: readonly Planned[], comparisons: number, { seed, sabotage }: Run) {
  const seconds = plan.reduce((sum, planned) => sum + planned.seconds, 0)
  const trials = plan.reduce((sum, { cell, detectors }) => sum + cell.all * detectors.length, 0)
  console.log(
    `${plan.length} cells, ${(trials / 1e6).toFixed(1)} million comparisons, seed ${seed}, about ${Math.ceil(seconds / threads / 60)} minutes on ${threads} threads; ${comparisons} rates hold together with 99 %`,
  )
  if (sabotage !== '')
    console.log(`sabotage: every p-value of ${sabotage} is taken times ${sabotageFactor}`)
}

type Tallied = Parameters<typeof ratesOf>[0]

/** Counts every cell; says what rejects too often in a cell as soon as it is through. */
async function count(
  plan: readonly Planned[],
  run: Run,
  judge: (tallies: Tallied) => Rate[],
): Promise<Rate[]> {
  const report = progress(plan.reduce((sum, { seconds }) => sum + seconds, 0))
  const found = new Map(
    plan.map((planned) => [
      planned.cell.name,
      { ...planned, left: parts, tallies: planned.detectors.map(() => nothing) },
    ]),
  )
  const tallied = ({ cell, detectors, tallies }: Planned & { tallies: readonly Tally[] }) =>
    judge(detectors.map(({ name }, i) => ({ detector: name, cell, tally: tallies[i] as Tally })))
  const jobs = plan
    .filter(({ detectors }) => detectors.length > 0)
    .flatMap(({ cell, detectors, drawn }) =>
      Array.from(
        { length: parts },
        (_, index): Job => ({
          kind: 'count',
          cell: cell.name,
          part: { index, full: cell.full / parts, all: cell.all / parts },
          detectors: detectors.map(({ name }) => name),
          drawn,
          run,
        }),
      ),
    )
  await onThreads<Tally[]>(jobs, threads, (job, answers) => {
    const here = found.get(job.cell)
    if (here === undefined) return
    here.tallies = here.tallies.map((sum, i) => together(sum, answers[i] as Tally))
    here.left--
    report(here.seconds / parts, job.cell)
    if (here.left > 0) return
    const above = tallied(here).filter((rate) => standing(rate) === 'above')
    for (const line of outsideOf(above)) console.log(line)
  })
  return [...found.values()].flatMap(tallied)
}

/** Puts the permutation test beside every rate that is below its interval. */
async function beside(rates: readonly Rate[], run: Run): Promise<Rate[]> {
  const below = rates.filter((rate) => standing(rate) === 'below')
  if (below.length === 0) return [...rates]
  console.log(
    `\n${below.length} rates are below; permutation tests of the same statistics are put beside them`,
  )
  const found = new Map<Rate, Permuted>()
  const byJob = new Map<Job, Rate>()
  for (const rate of below) {
    for (let part = 0; part < parts; part++) {
      const { detector, level } = rate
      byJob.set({ kind: 'permuted', cell: rate.cell.name, part, detector, level, run }, rate)
    }
  }
  const report = progress(byJob.size)
  await onThreads<Permuted>([...byJob.keys()], threads, (job, { ours, permuted }) => {
    const rate = byJob.get(job) as Rate
    const sum = found.get(rate) ?? { ours: 0, permuted: 0 }
    found.set(rate, { ours: sum.ours + ours, permuted: sum.permuted + permuted })
    report(1, `${rate.detector} in ${rate.cell.name}`)
  })
  return rates.map((rate) => {
    const permuted = found.get(rate)
    return permuted === undefined ? rate : { ...rate, permuted }
  })
}

const asJson = (rates: readonly Rate[], pools: readonly Pooled[], run: Run) => ({
  ...run,
  together: pools,
  rates: rates.map((rate) => ({
    detector: rate.detector,
    cell: rate.cell.name,
    family: rate.cell.family,
    reference: rate.cell.reference,
    current: rate.cell.current,
    level: rate.level,
    rejected: rate.rejected,
    trials: rate.trials,
    limits: [rate.limits.low, rate.limits.high],
    ...(rate.permuted === undefined ? {} : { permuted: rate.permuted }),
    standing: standing(rate),
  })),
})
