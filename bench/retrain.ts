import { defineBench } from './bench.ts'
import { breachTogether } from './retrain/fleet.ts'
import { besideByHand } from './retrain/overhead.ts'
import { withServers } from './servers.ts'
import { median, report } from './targets.ts'

/** Told within a minute, and nothing lost. */
const minuteSeconds = 60

/**
 * What it costs that a retraining is orchestrated, and whether many at once are all answered. The job waits most of its
 * time, so that the cores are free for what is measured; how long it takes is an option, since seconds that are added
 * are a smaller share of a longer job.
 */
export const retrain = defineBench({
  summary: 'a retraining beside the same job by hand, and many models that breach in one minute',
  options: { seconds: 120, repetitions: 3, models: 200, budget: 20, only: '' },
  async run({ seconds, repetitions, models, budget, only }) {
    const targets = []
    if (only !== 'fleet') {
      const { orchestrated, byHand } = await besideByHand({ seconds, repetitions })
      const added = median(orchestrated) - median(byHand)
      console.log(`orchestrated ${listed(orchestrated)}; by hand ${listed(byHand)}`)
      console.log(
        `${added.toFixed(1)} s are added to a job, registration and comparison among them`,
      )
      targets.push({
        what: 'a retraining, over the same job submitted by hand',
        ...{ measured: median(orchestrated) / median(byHand), most: 1.05, unit: 'times' },
      })
    }
    if (only !== 'overhead') {
      const found = await withServers(
        ['temporal', 'postgres'],
        ({ temporal = '', postgres = '' }) =>
          breachTogether({ temporal, postgres, models, budget }),
      )
      console.log(
        `${models} models: told in ${found.toldSeconds.toFixed(1)} s, all held ${found.heldSeconds.toFixed(1)} s after that; released, ${found.retrained} were retrained and ${found.parked} wait for the budget ${found.answeredSeconds.toFixed(1)} s later`,
      )
      const none = { most: 0, unit: 'models' }
      targets.push(
        {
          ...{ what: `${2 * models} drifted windows told`, measured: found.toldSeconds },
          ...{ most: minuteSeconds, unit: 'seconds', warns: true },
        },
        { what: 'retrained while a storm held', measured: found.early, ...none },
        { what: 'without retraining and without a reason', measured: found.lost, ...none },
        { what: 'retrained more than once', measured: found.twice, ...none },
        {
          ...{ what: 'retrained beyond the budget or short of it' },
          ...{ measured: Math.abs(found.retrained - budget), ...none },
        },
      )
    }
    return report(targets)
  },
})

const listed = (values: readonly number[]): string =>
  `${values.map((value) => value.toFixed(1)).join(', ')} s`
