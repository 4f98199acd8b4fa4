import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Health, HealthState, OrderCommand } from '../../contracts/rollout.ts'
import { modelRollout } from '../../contracts/rollout-settings.ts'
import { allTo, sameTraffic } from '../../contracts/traffic.ts'
import { moved, newRollout, nextAction, type Rollout, seen } from '../../policies/rollout.ts'
import { judgeOrder } from '../../policies/rollout-orders.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const settings = modelRollout.parse({
  steps: [
    { shadow: '1h' },
    { share: 10, for: '1h' },
    { confirm: 'lead' },
    { share: 50, for: '1h' },
  ],
  ...{ watch: '2h', patience: '3h' },
})
const hour = 3_600_000
const begin = (steps = settings) =>
  newRollout(steps, { stable: '1', candidate: '2', traffic: allTo('1'), generation: 'g0' })
const health = (state: HealthState): Health => ({
  ...{ state, reason: 'because', measures: [], until: '2026-01-01T00:00:00Z' },
  requests: { stable: 900, candidate: 100 },
})
const gate = {
  ...{ places: [{ role: 'approver', count: 1 }], standIn: null },
  ...{ requestedBy: ['asker'], owners: [] },
}
const person = (command: OrderCommand, sub: string, roles: string[]) => ({
  ...{ command, sub, name: sub, roles, groups: [], person: undefined },
})
const ordered = (
  rollout: Rollout,
  command: OrderCommand,
  nowMs: number,
  sub = 'p',
  roles = ['approver', 'lead'],
) =>
  judgeOrder(rollout, person(command, sub, roles), {
    gate,
    askers: ['asker'],
    reason: 'why',
    nowMs,
  })

/** Does every move that is due at once. */
function settle(rollout: Rollout, nowMs: number): Rollout {
  const action = nextAction(rollout, settings, nowMs)
  if (action.do !== 'move') return rollout
  const { traffic } = action
  return settle(moved(rollout, { traffic, generation: `g${rollout.moves + 1}` }, nowMs), nowMs)
}
const looked = (rollout: Rollout, state: HealthState, nowMs: number) =>
  settle(seen(rollout, health(state), { orders: rollout.orders, nowMs }, settings), nowMs)

describe('a rollout', () => {
  test('goes through its steps when each is healthy at its end, and waits for the person it asks', () => {
    let now = settle(begin(), 0)
    assert.equal(now.traffic.shadow, '2')
    assert.deepEqual(looked(now, 'HEALTHY', hour - 1).traffic, now.traffic, 'its time is not over')
    now = looked(now, 'HEALTHY', hour)
    assert.deepEqual(now.traffic.canary, { version: '2', percent: 10 })
    now = looked(now, 'HEALTHY', 2 * hour)
    const waits = nextAction(now, settings, 9 * hour)
    assert.ok(waits.do === 'look' && waits.untilMs === null && waits.about.step === 1)
    assert.equal(ordered(now, 'resume', 9 * hour, 'p', ['approver']).outcome, 'NOT_AUTHORISED')
    assert.equal(ordered(now, 'resume', 9 * hour, 'asker', ['lead']).outcome, 'SELF_APPROVAL')
    now = settle(ordered(now, 'resume', 9 * hour).rollout, 9 * hour)
    assert.deepEqual(now.traffic.canary, { version: '2', percent: 50 })
    now = looked(now, 'HEALTHY', 10 * hour)
    assert.deepEqual(now.traffic, allTo('2'))
    const watched = nextAction(now, settings, 10 * hour)
    assert.ok(watched.do === 'look')
    assert.deepEqual([watched.about.step, watched.about.fromMs], [5, 9 * hour], 'since 50 %')
    now = looked(now, 'NOT_ENOUGH_DATA', 12 * hour)
    assert.deepEqual(nextAction(now, settings, 12 * hour), {
      ...{ do: 'end', state: 'promoted', reason: 'version 2 serves' },
    })
  })

  test('owners count as having asked for what a rule asks for: they may stop it, and not let it go on', () => {
    const waits = looked(looked(settle(begin(), 0), 'HEALTHY', hour), 'HEALTHY', 2 * hour)
    const owned = { ...gate, requestedBy: ['rule:automatic'], owners: ['lending'] }
    const owner = (command: OrderCommand) => ({
      ...person(command, 'o', ['approver', 'lead']),
      groups: ['lending'],
    })
    const told = (command: OrderCommand) =>
      judgeOrder(waits, owner(command), { gate: owned, askers: [], reason: '', nowMs: 3 * hour })
    assert.equal(told('resume').outcome, 'SELF_APPROVAL')
    assert.equal(told('abort').outcome, 'ABORTED')
  })

  test('without data it neither goes on nor back, and asks people when its patience ends', () => {
    const first = settle(begin(), 0)
    const still = looked(first, 'NOT_ENOUGH_DATA', 4 * hour - 1)
    assert.deepEqual([still.traffic, still.paused], [first.traffic, null])
    const asked = looked(first, 'NOT_ENOUGH_DATA', 4 * hour)
    assert.equal(asked.paused?.by, 'rule:patience')
    assert.match(asked.paused?.reason ?? '', /4h were not enough to tell/)
    assert.equal(
      settle(ordered(asked, 'resume', 5 * hour).rollout, 5 * hour).traffic.canary?.percent,
      10,
    )
    assert.equal(
      looked(asked, 'UNHEALTHY', 5 * hour).traffic.shadow,
      null,
      'this pause is no decision',
    )
  })

  test('a look that began before an order of a person moves nothing', () => {
    const first = settle(begin(), 0)
    const later = ordered(first, 'pause', 10).rollout
    const late = seen(later, health('UNHEALTHY'), { orders: first.orders, nowMs: 20 }, settings)
    assert.deepEqual([late.back, late.traffic], [null, first.traffic])
    assert.equal(late.health?.state, 'UNHEALTHY', 'and it is shown')
  })

  test('what a person lets go on knowing that it is unhealthy, no rule takes back in that step', () => {
    let now = ordered(settle(begin(), 0), 'pause', 1).rollout
    now = looked(now, 'UNHEALTHY', 2)
    assert.equal(now.back, null)
    now = ordered(now, 'resume', 3).rollout
    now = looked(now, 'UNHEALTHY', 4)
    assert.equal(now.back, null)
    now = looked(now, 'UNHEALTHY', hour)
    assert.equal(now.traffic.canary?.percent, 10, 'it goes on, and the next step is judged anew')
    assert.deepEqual(looked(now, 'UNHEALTHY', hour + 1).traffic, allTo('1'))
  })

  test('where nothing served before, all of the traffic moves at once', () => {
    const first = newRollout(settings, {
      ...{ stable: null, candidate: '1', traffic: allTo(null), generation: 'g' },
    })
    assert.deepEqual(nextAction(first, settings, 0), {
      do: 'move',
      traffic: allTo('1'),
      forward: true,
    })
    const done = moved(first, { traffic: allTo('1'), generation: 'h' }, 0)
    assert.equal(nextAction(done, settings, 0).do, 'end')
  })
})

test('whatever happens in whatever order: forward only from a healthy step or by a person, back to where it began', () => {
  const states = ['HEALTHY', 'UNHEALTHY', 'NOT_ENOUGH_DATA'] as const
  const gentle = ['pause', 'resume', 'resume', 'resume', 'resume', 'resume'] as const
  const commands = [...gentle, ...gentle, 'abort', 'rollback'] as const
  let [ended, promoted] = [0, 0]
  for (let seed = 0; seed < 2_000; seed++) {
    const random = mulberry32(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
    let [rollout, nowMs] = [begin(), 0]
    let state: HealthState = 'NOT_ENOUGH_DATA'
    let byPerson = true
    for (let event = 0; event < 60; event++) {
      const action = nextAction(rollout, settings, nowMs)
      if (action.do === 'end') {
        ended++
        if (action.state === 'promoted') promoted++
        const wanted = allTo(action.state === 'promoted' ? '2' : '1')
        assert.ok(sameTraffic(rollout.traffic, wanted), `seed ${seed}`)
        break
      }
      if (action.do === 'move') {
        const { traffic, forward } = action
        if (forward && rollout.moves > 0)
          assert.ok(state === 'HEALTHY' || byPerson, `seed ${seed}: forward on ${state}`)
        if (!forward) assert.deepEqual(traffic, allTo('1'))
        rollout = moved(rollout, { traffic, generation: `g${rollout.moves + 1}` }, nowMs)
        byPerson = false
        continue
      }
      nowMs += Math.floor(random() * 2 * hour)
      if (random() < 0.25) {
        const { outcome, rollout: after } = ordered(rollout, pick(commands), nowMs)
        if (outcome === 'RESUMED') byPerson = true
        rollout = after
      } else if (action.do === 'look') {
        state = random() < 0.9 ? 'HEALTHY' : pick(states)
        rollout = seen(rollout, health(state), { orders: rollout.orders, nowMs }, settings)
      }
      // What a workflow keeps is JSON.
      assert.deepEqual(JSON.parse(JSON.stringify(rollout)), rollout)
    }
  }
  assert.ok(ended > 1_500 && promoted > 100, `${ended} ended, ${promoted} of them promoted`)
})
