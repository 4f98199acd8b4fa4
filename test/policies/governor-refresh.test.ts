import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { refreshRule } from '../../policies/governor-refresh.ts'
import { day, iso, life } from './governor-life.ts'

const start = 100 * day
const refreshing = (dueAt: number, others = {}) => ({
  ...{ gainless: 2, freeze: null, ...others },
  refresh: { every: 30 * day, dueAt: iso(dueAt) },
})

describe('a refresh without drift', () => {
  test('starts at its time by itself, whatever the policy says of drift, and learns from everything', () => {
    const model = life({ policy: 'suggest', limits: refreshing(start + 3 * day) })
    assert.equal(model.verdict(1, 'NO_DRIFT'), null)
    assert.equal(model.look(), 3 * day)
    assert.deepEqual(model.wait(3 * day), { kind: 'count-labels', from: iso(0) })
    assert.deepEqual(model.state.wanted?.requestedBy, [refreshRule])
    assert.match(model.state.wanted?.reason ?? '', /not trained for/)
    assert.equal(model.labels(100)?.kind, 'admit-retraining')
  })

  test('comes again as long after an attempt that brought nothing', () => {
    const model = life({ limits: refreshing(start) })
    assert.equal(model.wait(0)?.kind, 'count-labels')
    model.labels(100)
    model.retrainingStarts()
    model.retrainingEnds('failed')
    assert.equal(model.verdict(1, 'NO_DRIFT'), null)
    assert.equal(model.look(), 30 * day)
    const { lastEndedAt } = model.state
    assert.equal(model.wait(30 * day)?.kind, 'count-labels')
    assert.ok(model.state.wanted?.request?.includes(lastEndedAt ?? 'never'))
  })

  test('is held by broken data, a freeze and what gained nothing, and the state says why', () => {
    const broken = life({ limits: refreshing(start) })
    broken.verdict(1, 'DATA_QUALITY')
    assert.match(broken.state.refresh ?? '', /source of the data is broken/)

    const freeze = { until: iso(start + 2 * day), reasons: [] }
    const frozen = life({ limits: refreshing(start, { freeze }) })
    assert.equal(frozen.wait(0), null)
    assert.match(frozen.state.refresh ?? '', /frozen until/)
    assert.equal(frozen.look(), 2 * day)

    const spent = life({ limits: refreshing(start, { gainless: 0 }) })
    assert.equal(spent.wait(0), null)
    assert.match(spent.state.refresh ?? '', /gained nothing/)
    assert.equal(spent.look(), null)
  })

  test('is dropped when it is taken out of the configuration while it waits', () => {
    const model = life({ limits: refreshing(start) })
    model.wait(0)
    model.labels(50)
    model.apply({ limits: { gainless: 2, freeze: null, refresh: null } })
    assert.equal(model.wait(30_000), null)
    assert.equal(model.state.wanted, null)
  })

  test('leaves an event that changes nothing the same state', () => {
    const model = life({ limits: refreshing(start + day) })
    const before = model.state
    model.wait(1_000)
    assert.deepEqual(model.state, before)
  })
})
