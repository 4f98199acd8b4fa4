import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stewardStateSchema } from '../../contracts/steward.ts'
import { day, iso, life } from './governor-life.ts'

const limits = { gainless: 2, freeze: null, refresh: null }
const start = 100 * day
const parked = {
  by: 'fleet-budget' as const,
  reason: 'the retraining budget of all models is spent',
  until: iso(start + 3 * day),
  lookAt: iso(start + 3 * day),
}

/** Drifted, with labels, and asked whether it may start. */
function asking() {
  const model = life({ limits })
  model.verdict(1, 'DRIFT')
  model.verdict(2, 'DRIFT')
  assert.equal(model.labels(100)?.kind, 'admit-retraining')
  return model
}

describe('a retraining that may not start yet', () => {
  test('waits until then and no shorter, says why, and counts labels anew before it asks again', () => {
    const model = asking()
    assert.equal(model.admission({ outcome: 'parked', parked }), null)
    assert.equal(model.state.drift?.next, parked.reason)
    assert.equal(model.look(), 3 * day)
    assert.equal(model.wait(3 * day - 1), null)
    assert.equal(model.verdict(3, 'DRIFT'), null)
    assert.equal(model.state.drift?.next, parked.reason)
    assert.equal(model.wait(1)?.kind, 'count-labels')
    assert.equal(model.labels(100)?.kind, 'admit-retraining')
  })

  test('starts under the run key that its part was reserved for', () => {
    const model = asking()
    const command = model.admission({ outcome: 'admitted', runKey: 'abc', passed: null })
    assert.ok(command?.kind === 'start-retraining')
    assert.equal(command.runKey, 'abc')
  })

  test('ends with its incident, and is no wish any more', () => {
    const model = asking()
    model.admission({ outcome: 'parked', parked })
    model.verdict(3, 'NO_DRIFT')
    model.verdict(4, 'NO_DRIFT')
    assert.equal(model.state.wanted, null)
    assert.equal(model.look(), null)
  })

  test('is tried at once when a person asks', () => {
    const model = asking()
    model.admission({ outcome: 'parked', parked })
    assert.equal(model.request('now')?.kind, 'count-labels')
    assert.equal(model.state.wanted?.parked, undefined)
  })

  test('is dropped when its policy is not automatic any more', () => {
    const model = asking()
    model.admission({ outcome: 'parked', parked })
    model.apply({ policy: 'suggest' })
    assert.equal(model.wait(3 * day), null)
    assert.equal(model.state.wanted, null)
    assert.match(model.state.drift?.next ?? '', /retraining is "suggest"/)
  })

  test('that is due while data is broken is looked at no more often than labels are', () => {
    const model = asking()
    model.admission({ outcome: 'parked', parked })
    model.verdict(3, 'DATA_QUALITY')
    assert.equal(model.wait(3 * day), null)
    assert.equal(model.look(), 30_000)
  })

  test('is read back as it was saved', () => {
    const model = asking()
    model.admission({ outcome: 'parked', parked })
    assert.deepEqual(stewardStateSchema.parse(model.state), model.state)
  })
})

describe('a freeze of retraining', () => {
  const freeze = { until: iso(start + 2 * day), reasons: ['year end'] }

  test('starts nothing by itself, says until when, and is looked at when it is over', () => {
    const model = life({ limits: { ...limits, freeze } })
    model.verdict(1, 'DRIFT')
    assert.equal(model.verdict(2, 'DRIFT'), null)
    assert.match(model.state.drift?.next ?? '', /retraining is frozen until .*year end/)
    assert.equal(model.look(), 2 * day)
    model.apply({ limits })
    assert.equal(model.wait(2 * day)?.kind, 'count-labels')
  })

  test('that begins while labels are waited for stops the wait until it is over', () => {
    const model = life({ limits })
    model.verdict(1, 'DRIFT')
    model.verdict(2, 'DRIFT')
    model.labels(50)
    model.apply({ limits: { ...limits, freeze } })
    assert.equal(model.wait(30_000), null)
    assert.equal(model.state.wanted?.parked?.by, 'freeze')
    assert.equal(model.look(), 2 * day - 30_000)
    model.apply({ limits })
    assert.equal(model.wait(60_000)?.kind, 'count-labels')
  })

  test('is passed by a person, and what was passed is on record', () => {
    const model = life({ limits: { ...limits, freeze } })
    assert.equal(model.request('asked')?.kind, 'count-labels')
    assert.equal(model.labels(100)?.kind, 'admit-retraining')
    const passed = 'frozen until then (year end)'
    const command = model.admission({ outcome: 'admitted', runKey: 'abc', passed })
    assert.ok(command?.kind === 'start-retraining')
    assert.equal(command.wanted.reason, `because (${passed}, and a person asked)`)
  })
})
