import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { VerdictName } from '../../contracts/report.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { type FleetModel, type FleetOptions, fleet } from './fleet-life.ts'
import { day } from './governor-life.ts'

const hour = 3_600_000
const first = 1_000 * day
const model: FleetModel = {
  ...{ priority: 0, critical: true, cost: 1, budget: undefined },
  ...{ gainless: 2, refreshEvery: null },
  settings: {
    ...{ policy: 'automatic', windows: 2, outOf: 2, minimumLabels: 100 },
    ...{ cooldown: 0, labelPoll: 30 * 60_000 },
  },
}
const named = (count: number, changes: Partial<FleetModel> = {}) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`model-${index}`, { ...model, ...changes }]),
  )

/** Looks of one model, none of which may follow another one hotly. */
function hottest(world: ReturnType<typeof fleet>): number {
  const byModel = Object.groupBy(world.looks, ({ model: name }) => name)
  const gaps = Object.values(byModel).flatMap((looks = []) =>
    looks.slice(1).map(({ atMs }, index) => atMs - looks[index]!.atMs),
  )
  return Math.min(Number.POSITIVE_INFINITY, ...gaps)
}

describe('over random histories of a fleet', () => {
  /** One history by its seed: verdicts, requests, ends of runs and time, in any order. */
  function lived(seed: number) {
    const next = mulberry32(seed)
    const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
    const options: FleetOptions = {
      models: Object.fromEntries(
        Array.from({ length: between(1, 6) }, (_, index) => [
          `model-${index}`,
          {
            ...model,
            ...{ priority: between(0, 2), critical: next() < 0.5, cost: between(1, 4) },
            budget: next() < 0.5 ? { runs: between(1, 3), per: between(5, 20) * day } : undefined,
            gainless: between(1, 3),
            refreshEvery: next() < 0.3 ? between(10, 30) * day : null,
            settings: {
              ...{ ...model.settings, labelPoll: 6 * hour },
              ...{ cooldown: between(0, 4) * day, outOf: between(2, 3) },
            },
          },
        ]),
      ),
      ...(next() < 0.8 && {
        budget: { runs: between(1, 4), cost: between(4, 12), per: between(5, 20) * day },
      }),
      storm: { watch: next() < 0.5, models: 3, share: 0.5, within: 6 * hour, settle: 2 * hour },
      freezes: Array.from({ length: between(0, 3) }, () => {
        const from = first + between(0, 80) * day
        return [from, from + between(1, 6) * day] as const
      }),
    }
    const world = fleet(options)
    const names = Object.keys(options.models)
    const ends = new Map<string, number>()
    const latest = new Map<string, VerdictName>()
    const found: string[] = []
    let checked = 0
    const check = () => {
      for (; checked < world.starts.length; checked++) {
        const { model: name, atMs, byRule, stormHeld } = world.starts[checked]!
        const { settings } = options.models[name]!
        const frozen = options.freezes?.some(([from, until]) => from <= atMs && atMs < until)
        if (latest.get(name) === 'DATA_QUALITY') found.push(`${name} on broken data`)
        if (byRule && frozen) found.push(`${name} while frozen`)
        if (byRule && stormHeld) found.push(`${name} in a storm`)
        const ended = ends.get(name)
        if (byRule && ended !== undefined && atMs < ended + settings.cooldown) {
          found.push(`${name} inside its cooldown`)
        }
        const runs = world.starts.slice(0, checked).filter((each) => each.model === name)
        if (runs.length > 0 && ended === undefined) found.push(`${name} twice at once`)
        ends.delete(name)
      }
    }
    for (let step = 0; step < 400; step++) {
      world.advanceTo(world.nowMs + Math.floor(next() * 8 * hour), between(50, 200))
      check()
      const name = names[between(0, names.length - 1)]!
      const index = Math.floor((world.nowMs - first) / day)
      const dice = next()
      if (world.running.has(name) && dice < 0.5) {
        const child = world.running.get(name)!.child
        const how =
          child === 'release'
            ? (['promoted', 'promoted', 'rejected'] as const)[between(0, 2)]!
            : (['candidate', 'candidate', 'not-better', 'failed', 'lost'] as const)[between(0, 4)]!
        world.end(name, how)
        if (how !== 'candidate') ends.set(name, world.nowMs)
      } else if (dice < 0.03) {
        world.request(name, between(50, 200))
      } else {
        const verdicts = ['DRIFT', 'DRIFT', 'DRIFT', 'NO_DRIFT', 'DATA_QUALITY'] as const
        const verdict = next() < 0.1 ? 'INSUFFICIENT_DATA' : verdicts[between(0, 4)]!
        if (verdict !== 'INSUFFICIENT_DATA') latest.set(name, verdict)
        world.verdict(name, index, verdict, between(50, 200))
      }
      check()
    }
    for (const { atMs } of world.starts) {
      const spent = (per: number, of?: string) =>
        world.starts.filter(
          (each) =>
            each.atMs > atMs - per && each.atMs <= atMs && (of === undefined || each.model === of),
        )
      const { budget } = options
      if (budget) {
        const all = spent(budget.per)
        const cost = all.reduce((sum, each) => sum + each.cost, 0)
        if (all.length > budget.runs! || cost > budget.cost!) found.push('over the fleet budget')
      }
      for (const [name, { budget: own }] of Object.entries(options.models)) {
        if (own && spent(own.per, name).length > own.runs!) found.push(`${name} over its budget`)
      }
    }
    return { world, found }
  }

  test('never two at once, inside a cooldown, over a budget, on broken data, while frozen or in a storm', () => {
    let starts = 0
    let parked = 0
    for (let seed = 1; seed <= 25; seed++) {
      const { world, found } = lived(seed)
      assert.deepEqual(found, [], `seed ${seed}`)
      assert.ok(hottest(world) >= 1_000, `seed ${seed} looked again after ${hottest(world)} ms`)
      starts += world.starts.length
      parked += world.looks.length
    }
    assert.ok(starts > 80, `only ${starts} retrainings in all: the histories show nothing`)
    assert.ok(parked > 300, `only ${parked} looks in all`)
  })
})

test('drift that goes on after a promotion is retrained once more by nobody but a person', () => {
  const world = fleet({ models: named(1) })
  for (let index = 0; index < 60; index++) {
    world.verdict('model-0', index, 'DRIFT')
    if (world.running.has('model-0')) world.end('model-0', 'candidate')
    if (world.running.has('model-0')) world.end('model-0', 'promoted')
    world.advanceTo(world.nowMs + day)
  }
  assert.equal(world.starts.length, 1)
  assert.match(world.state('model-0').drift?.next ?? '', /did not help/)
})

test('drift that alternates is retrained as often as the budget says, and parked once in between', () => {
  const budget = { runs: 3, per: 30 * day }
  const world = fleet({ models: named(1, { budget }) })
  // Six days of one kind, six of the other: each promotion is quiet at first, and so seems to help.
  for (let index = 0; index < 120; index++) {
    world.verdict('model-0', index, index % 6 < 2 ? 'DRIFT' : 'NO_DRIFT')
    if (world.running.has('model-0')) world.end('model-0', 'candidate')
    if (world.running.has('model-0')) world.end('model-0', 'promoted')
    world.advanceTo(world.nowMs + day)
  }
  // 120 days hold four times the budget, and what is over when it is its turn is not retrained.
  assert.ok(world.starts.length >= 6 && world.starts.length <= 12, `${world.starts.length} starts`)
  for (const { atMs } of world.starts) {
    const month = world.starts.filter((each) => each.atMs > atMs - 30 * day && each.atMs <= atMs)
    assert.ok(month.length <= 3)
  }
  assert.ok(hottest(world) >= hour, `looked again after ${hottest(world)} ms`)
})

test('a budget that is spent is waited for: a month of drift costs a look every six hours, no more', () => {
  const budget = { runs: 1, per: 30 * day }
  const world = fleet({ models: named(1, { budget, gainless: 100 }) })
  for (let index = 0; index < 29; index++) {
    world.verdict('model-0', index, 'DRIFT')
    world.end('model-0', 'not-better')
    world.advanceTo(world.nowMs + day)
  }
  assert.equal(world.starts.length, 1)
  assert.match(world.state('model-0').drift?.next ?? '', /budget of this model is spent/)
  assert.ok(world.looks.length <= 29 * 4, `${world.looks.length} looks`)
})

describe('twenty models that drift together', () => {
  const storm = { watch: true, models: 10, share: 0.5, within: hour, settle: 5 * 60_000 }
  const names = Object.keys(named(20))
  /** Each is judged within half an hour, in two windows. */
  function outage(options: Partial<FleetOptions> = {}) {
    const world = fleet({ models: named(20), storm, ...options })
    for (const index of [0, 1]) {
      for (const [place, name] of names.entries()) {
        world.advanceTo(first + index * day + place * 90_000)
        world.verdict(name, index, 'DRIFT')
      }
    }
    world.advanceTo(world.nowMs + 2 * hour)
    return world
  }

  test('start nothing, say so, and none of it is retrained once the outage is over', () => {
    const world = outage()
    assert.equal(world.starts.length, 0)
    for (const name of names) {
      const { drift, notices } = world.state(name)
      assert.match(drift?.next ?? '', /^suspect upstream/)
      assert.deepEqual(
        notices.map(({ cause, state, times }) => [cause, state, times]),
        [['STORM', 'open', 1]],
      )
    }
    for (const index of [2, 3]) {
      for (const name of names) world.verdict(name, index, 'NO_DRIFT')
    }
    world.advanceTo(world.nowMs + 10 * day)
    assert.equal(world.starts.length, 0)
    for (const name of names) assert.equal(world.state(name).notices[0]?.state, 'resolved')
  })

  test('even when one window is enough: the settling time shows the storm before the first job', () => {
    const settings = { ...model.settings, windows: 1, outOf: 1 }
    const world = fleet({ models: named(20, { settings }), storm })
    for (const [place, name] of names.entries()) {
      world.advanceTo(first + place * 10_000)
      world.verdict(name, 0, 'DRIFT')
    }
    world.advanceTo(world.nowMs + hour)
    assert.equal(world.starts.length, 0)
    assert.equal(world.storm?.needed, 10)
  })

  test('start by priority within the budget when a person releases them, and are no new storm', () => {
    const models = Object.fromEntries(
      names.map((name, index) => [name, { ...model, priority: index }]),
    )
    const world = outage({ models, budget: { runs: 4, per: 30 * day } })
    world.releaseStorm()
    world.advanceTo(world.nowMs + hour)
    assert.equal(world.storm, null)
    assert.equal(world.starts.length, 4)
    world.advanceTo(world.starts[0]!.atMs + 30 * day + hour)
    const second = world.starts.slice(4, 8).map(({ model: name }) => name)
    const waited = names.filter(
      (name) => !world.starts.slice(0, 4).some((each) => each.model === name),
    )
    assert.deepEqual(second.sort(), waited.slice(-4).sort())
  })

  test('one of them may be retrained at once where a person asks', () => {
    const world = outage()
    world.request('model-3')
    assert.deepEqual(
      world.starts.map(({ model: name }) => name),
      ['model-3'],
    )
  })
})

test('a few models that drift together are no storm', () => {
  const storm = { watch: true, models: 10, share: 0.5, within: hour, settle: 5 * 60_000 }
  const world = fleet({ models: named(20), storm })
  for (const index of [0, 1]) {
    for (const name of ['model-0', 'model-1', 'model-2']) world.verdict(name, index, 'DRIFT')
  }
  assert.equal(world.starts.length, 0)
  world.advanceTo(world.nowMs + 5 * 60_000)
  assert.equal(world.starts.length, 3)
})
