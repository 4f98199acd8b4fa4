import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { drillStation, type Station } from '../../contracts/drill.ts'
import { deliveryTrouble, drillOutcome } from '../../policies/drill.ts'

const station = (name: Station['station'], state: Station['state'] = 'passed'): Station => ({
  ...{ station: name, state, code: null, help: null, sentence: `${name} said so` },
  ...{ startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:01.000Z' },
})
const all = drillStation.options.map((name) => station(name))
const having = (name: Station['station'], state: Station['state']) =>
  all.map((each) => (each.station === name ? station(name, state) : each))

describe('what a drill comes to', () => {
  test('only a drill whose every station passed is a proof', () => {
    assert.equal(drillOutcome(all), 'ready')
    for (const { station: name } of all) {
      assert.equal(drillOutcome(having(name, 'failed')), 'not-ready', name)
      assert.equal(drillOutcome(having(name, 'not-configured')), 'incomplete', name)
    }
  })

  test('one that was broken off, or left a station out, is none', () => {
    assert.equal(drillOutcome([]), 'not-ready')
    assert.equal(drillOutcome(all.slice(0, 4)), 'not-ready')
    assert.equal(drillOutcome(having('register', 'not-reached')), 'not-ready')
  })

  test('what failed weighs more than what is not configured', () => {
    const both = having('card', 'not-configured').map((each) =>
      each.station === 'rollout' ? station('rollout', 'failed') : each,
    )
    assert.equal(drillOutcome(both), 'not-ready')
  })
})

describe('why delivery may not work today', () => {
  const day = 86_400_000
  const at = Date.parse('2026-01-10T00:00:00Z')
  const ended = (state: 'ready' | 'not-ready' | 'incomplete', agoMs: number, stations = all) => ({
    ...{ drill: 'm/drill/7', state, stations },
    endedAt: new Date(at - agoMs).toISOString(),
  })
  const facts = { every: day, configuredAt: at - 30 * day }

  test('nothing says so after a drill that passed, until twice its time is over', () => {
    assert.equal(deliveryTrouble({ ...facts, last: ended('ready', 2 * day) }, at), null)
    const trouble = deliveryTrouble({ ...facts, last: ended('ready', 2 * day + 1) }, at)
    assert.match(trouble ?? '', /^no drill has ended since .*every 1d/)
  })

  test('a drill that did not pass says at which station, and what to do', () => {
    const failed = { ...station('register', 'failed'), help: 'start it' }
    const stations = all.map((each) => (each.station === 'register' ? failed : each))
    const trouble = deliveryTrouble({ ...facts, last: ended('not-ready', 1, stations) }, at)
    assert.match(trouble ?? '', /m\/drill\/7: at station register: register said so; start it/)
  })

  test('the sentence stays the same while the reason does, so that it is told once', () => {
    const last = ended('ready', 3 * day)
    const [now, later] = [at, at + 60_000].map((ms) => deliveryTrouble({ ...facts, last }, ms))
    assert.equal(now, later)
  })

  test('a model that has just been given drills is not overdue, one whose first never came is', () => {
    assert.equal(deliveryTrouble({ every: day, last: null, configuredAt: at - day }, at), null)
    const trouble = deliveryTrouble({ ...facts, last: null }, at)
    assert.match(trouble ?? '', /^no drill has ever ended/)
  })

  test('a drill that lacks a channel or an identity is no alarm', () => {
    assert.equal(deliveryTrouble({ ...facts, last: ended('incomplete', 1) }, at), null)
  })
})
