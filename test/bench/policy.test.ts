import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { DataSet } from '../../bench/policy/data-set.ts'
import { outcomesOf } from '../../bench/policy/outcomes.ts'
import { policyPicture } from '../../bench/policy/picture.ts'
import { policyText } from '../../bench/policy/settings.ts'
import { splitByTime } from '../../bench/policy/split.ts'
import { type Came, type SetFound, setFound, type Way } from '../../bench/policy/ways.ts'
import { policy } from '../../bench/policy.ts'
import { modelSettings } from '../../contracts/model-settings.ts'
import { escapeMarkup } from '../../reports/svg.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const start = Date.parse('2024-01-01T00:00:00Z')
const weekMs = 7 * 86_400_000
const perWeek = 336

/** Two features, of which the first says the label until, in some weeks, it says the opposite. */
function turning(weeks: number, first: number, turned: (week: number) => boolean): DataSet {
  const next = mulberry32(9)
  const rows = weeks * perWeek
  const of = () => Float64Array.from({ length: rows }, () => next())
  const [told, noise] = [of(), of()]
  const labels = told.map((x, row) => {
    const rate = turned(Math.floor(row / perWeek)) ? 0.9 - 0.8 * x : 0.1 + 0.8 * x
    return next() < rate ? 1 : 0
  })
  const features = modelSettings.shape.features.parse({
    ...{ told: { type: 'numeric' }, noise: { type: 'numeric' } },
  })
  return {
    ...{ name: 'turning', title: 'A world that turns', task: 'classification', delay: '1d' },
    features,
    columns: [told, noise].map((values) => ({ kind: 'numeric', values })),
    times: Float64Array.from({ length: rows }, (_, row) => start + (row * weekMs) / perWeek),
    ...{ labels, first: first * perWeek },
  }
}

test('a world that stays as it is is never retrained on', async () => {
  const { came, incidents } = await setFound(
    turning(24, 8, () => false),
    1,
  )
  assert.deepEqual([came.policy.trainings, came.never.trainings], [0, 0])
  assert.equal(came.policy.loss, came.never.loss)
  assert.deepEqual([came.monthly.trainings, came.always.trainings], [3, 15])
  assert.deepEqual(incidents, {})
})

test('one that turns is learned, and once it turns back the version that knew it serves again', async () => {
  const back = 36
  const world = turning(46, 8, (week) => week >= 20 && week < back)
  // The world turns at once: rows from before say the opposite.
  const found = await setFound(world, 1, policyText.replace('before: 56d', 'before: 0d'))
  const { came, switches } = found
  assert.ok(came.policy.loss < came.never.loss - 0.02, JSON.stringify(found))
  assert.ok(came.policy.trainings < came.monthly.trainings, JSON.stringify(came))
  const [learned] = switches
  assert.ok(learned !== undefined && !learned.again, JSON.stringify(switches))
  const again = switches.find((one) => one.version === '1')
  assert.ok(again?.again, JSON.stringify(switches))
  assert.ok(Date.parse(again.at) > start + back * weekMs, again.at)
})

test('the split is that of the training job: the last share judges, equal times stay together', () => {
  const times = Float64Array.from([1, 2, 3, 4, 4, 4, 5, 6, 7, 8])
  const labels = Float64Array.from([0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
  const set = { times, labels, task: 'classification' } as const
  // int(10 x 0.5) = 5 is the third row of time 4: all of that time are held out.
  assert.deepEqual(splitByTime(set, { from: 0, to: 10 }, 0.5), {
    learned: { from: 0, to: 3 },
    heldOut: { from: 3, to: 10 },
  })
  assert.match(String(splitByTime(set, { from: 0, to: 1 }, 0.2)), /hold one label only/)
  assert.match(String(splitByTime(set, { from: 3, to: 3 }, 0.2)), /no labelled rows/)
})

const came = (of: Record<Way, readonly [number, number]>): Record<Way, Came> =>
  Object.fromEntries(
    Object.entries(of).map(([way, [trainings, loss]]) => [way, { trainings, loss }]),
  ) as Record<Way, Came>

const setOf = (name: string, changes: Partial<SetFound>): SetFound => ({
  ...{ name, title: name, loss: 'Brier score', trainings: [], switches: [], incidents: {} },
  came: came({ never: [0, 4], always: [80, 2], monthly: [20, 2.2], policy: [8, 2.3] }),
  lastReason: null,
  ...changes,
})

test('outcomes fail where one training too many was made, or the old version comes at another time', () => {
  const training = { at: '', incident: null, from: '', reason: '', outcome: '', released: null }
  const at = (iso: string) => [{ at: iso, version: '1', again: true }]
  const missed = (set: SetFound) => outcomesOf([set]).filter(({ found }) => !found).length
  assert.equal(missed(setOf('flights', {})), 0)
  assert.equal(missed(setOf('flights', { trainings: [training] })), 1)
  assert.equal(missed(setOf('elec2', { switches: at('1998-05-10T00:00:00Z') })), 0)
  assert.equal(missed(setOf('elec2', { switches: at('1997-05-10T00:00:00Z') })), 1)
  assert.equal(missed(setOf('bike sharing', {})), 0)
  const dear = came({ never: [0, 4], always: [80, 2], monthly: [20, 2.2], policy: [21, 2.3] })
  assert.equal(missed(setOf('bike sharing', { came: dear })), 1)
  const far = came({ never: [0, 4], always: [80, 2], monthly: [20, 2.2], policy: [8, 2.5] })
  assert.equal(missed(setOf('bike sharing', { came: far })), 1)
})

test('the picture shows every way of every set, and the policy itself', () => {
  const svg = policyPicture([setOf('flights', {}), setOf('elec2', {})], policyText)
  assert.equal([...svg.matchAll(/<circle/g)].length, 8)
  assert.match(svg, /policy, 8</)
  assert.ok(svg.includes('minimumLabels: 1000'))
})

test('the page shows the policy that is measured, and so does its picture', () => {
  const read = (path: string) =>
    readFileSync(new URL(`../../docs/how-to/${path}`, import.meta.url), 'utf8')
  assert.ok(read('retraining-budget.md').includes(policyText.trimEnd()))
  const drawn = read('pictures/retraining-policy.svg')
  for (const line of policyText.trimEnd().split('\n')) {
    assert.ok(drawn.includes(`>${escapeMarkup(line)}<`), line)
  }
})

test('without a folder, or with a set that nobody knows, it says what it takes', async () => {
  const asked = { seed: 1, json: '', pictures: false }
  assert.equal(await policy.run({ ...asked, data: '', only: '' }), 2)
  assert.equal(await policy.run({ ...asked, data: '/none', only: 'shares' }), 2)
  assert.equal(await policy.run({ ...asked, data: '/none', only: 'elec2' }), 2)
})
