import { writeFileSync } from 'node:fs'
import { type Detector, detectors } from '../detectors/index.ts'
import { defineBench } from './bench.ts'
import { budgetPower } from './power/budget.ts'
import { ourDefault } from './power/contenders.ts'
import { findShifts, lineOf } from './power/find.ts'
import { report } from './targets.ts'

/**
 * The smallest change that is found with 80 %, beside other tools at the same achieved rate of false alarms: the
 * same statistics in scipy, what Evidently and NannyML decide by, and with a budget in force the best test there is.
 */
export const power = defineBench({
  summary: 'changes found with 80 % beside scipy, Evidently, NannyML and the best test',
  options: {
    seed: 1,
    threads: 2,
    json: '',
    quick: false,
    /** The test of numeric features that is held against the others' defaults. */
    primary: ourDefault.numeric as string,
  },
  async run({ seed, threads, json, quick, primary }) {
    if ((detectors as Record<string, Detector>)[primary]?.role !== 'test') {
      console.error(`${primary} is not a test`)
      return 2
    }
    const tests = { ...ourDefault, numeric: primary }
    const found = await findShifts({ seed, threads, quick, primary: tests, say: console.error })
    console.log('size found with 80 % at the same rate of false alarms: ours, over theirs\n')
    for (const against of ['statistic', 'default'] as const) {
      for (const one of found) if (one.against === against) console.log(lineOf(one))
    }
    const budget = budgetPower(primary, seed, quick)
    console.log(
      '\nwith a budget in force: one false alarm in 30 days, 60 tests an hour, 4 scales\n',
    )
    const exit = report(budget)
    if (json !== '') writeFileSync(json, `${JSON.stringify({ found, budget }, null, 2)}\n`)
    const missed = found.filter(({ kept }) => !kept).length
    console.log(`\n${missed} of ${found.length} comparisons outside 1.05`)
    return missed === 0 ? exit : 1
  },
})
