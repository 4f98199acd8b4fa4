import { mkdirSync, writeFileSync } from 'node:fs'
import { defineBench } from './bench.ts'
import { tableText } from './concept/truths.ts'
import { releasePicture } from './release/picture.ts'
import { type Outcome, simulate } from './release/simulate.ts'
import { ways } from './release/ways.ts'
import { candidates } from './release/world.ts'

const pictures = new URL('../docs/how-to/pictures/', import.meta.url)

/** What the release promises of a candidate as good as the version in place: its risk, over all steps. */
const promised = 0.05

/**
 * How long until a candidate that is worse by a given amount is stopped, and how often a good one is, by the product's own
 * judgement of a step and by thresholds on single minutes as Flagger checks them. A simulation: answers are independent.
 */
export const release = defineBench({
  summary:
    'minutes and requests until a worse candidate is stopped, and how often a good one is, beside fixed thresholds',
  options: {
    ...{ runs: 400, minutes: 60, requests: 600, percent: 10, seed: 1 },
    ...{ json: '', pictures: false },
  },
  async run({ runs, minutes, requests, percent, seed, json, pictures: drawn }) {
    const simulation = { runs, minutes, seed, perMinute: requests, percent }
    console.log(
      `${requests} requests a minute, ${percent} % to the candidate, ${minutes} minutes, ${runs} runs each`,
    )
    for (const { name, told } of ways) console.log(`${name}: ${told}`)
    const outcomes: Outcome[] = []
    for (const candidate of candidates) {
      const found = simulate(candidate, ways, simulation)
      outcomes.push(...found)
      console.log(`\n${candidate.name}\n${outcomesText(found)}`)
    }
    if (json !== '') writeFileSync(json, `${JSON.stringify({ simulation, outcomes }, null, 2)}\n`)
    if (drawn) {
      mkdirSync(pictures, { recursive: true })
      const file = new URL('health-of-a-step.svg', pictures)
      writeFileSync(file, releasePicture(outcomes, simulation))
    }
    return brokenPromise(outcomes) === null ? 0 : 1
  },
})

/** A way of ours that stopped good candidates too often, beyond three standard errors; null: none did. */
export const brokenPromise = (outcomes: readonly Outcome[]): Outcome | null =>
  outcomes.find(
    ({ bad, way, stopped, runs }) =>
      !bad &&
      way.startsWith('sequential') &&
      stopped > promised + 3 * Math.sqrt((promised * (1 - promised)) / runs),
  ) ?? null

const percentOf = (share: number): string => `${Number((100 * share).toPrecision(3))} %`

export const outcomesText = (outcomes: readonly Outcome[]): string =>
  tableText(
    ['', 'stopped', 'half in min', '90 % in min', 'requests', 'healthy', 'half in min'],
    outcomes.map(({ way, stopped, minutes, minutes90, requests, healthy, healthyMinutes }) => [
      way,
      percentOf(stopped),
      ...[minutes, minutes90, requests].map((value) => String(value ?? '-')),
      way.startsWith('sequential') ? percentOf(healthy) : '-',
      String(healthyMinutes ?? '-'),
    ]),
  )
