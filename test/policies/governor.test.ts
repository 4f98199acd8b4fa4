import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { GovernorSettings } from '../../contracts/steward.ts'
import { automaticRule } from '../../policies/governor-wishes.ts'
import { day, iso, life } from './governor-life.ts'

function untilPromoted(changes: Partial<GovernorSettings> = {}) {
  const model = life(changes)
  model.verdict(5, 'DRIFT')
  model.verdict(6, 'DRIFT')
  model.labels(100)
  model.retrainingStarts()
  model.retrainingEnds('candidate')
  model.releaseStarts()
  model.releaseEnds('promoted')
  return model
}

test('one drifted window opens an incident, two of two start counting labels from the first', () => {
  const model = life()
  assert.equal(model.verdict(5, 'DRIFT'), null)
  assert.equal(model.state.drift?.state, 'open')
  assert.deepEqual(model.verdict(6, 'DRIFT'), { kind: 'count-labels', from: iso(5 * day) })
  assert.equal(model.state.drift?.windows, 2)
})

test('a retraining waits for enough labels and says how many are there', () => {
  const model = life()
  model.verdict(5, 'DRIFT')
  model.verdict(6, 'DRIFT')
  assert.equal(model.labels(99), null)
  assert.match(model.state.drift?.next ?? '', /99 of 100/)
  assert.equal(model.look(), 30_000)
  assert.equal(model.wait(30_000)?.kind, 'count-labels')
  const command = model.labels(100)
  assert.equal(command?.kind, 'start-retraining')
  assert.deepEqual(model.state.wanted?.requestedBy, [automaticRule])
})

test('drift with a quiet window between is below two of two, and above two of three', () => {
  for (const [outOf, kind] of [
    [2, undefined],
    [3, 'count-labels'],
  ] as const) {
    const model = life({ outOf })
    model.verdict(1, 'DRIFT')
    model.verdict(2, 'NO_DRIFT')
    assert.equal(model.verdict(3, 'DRIFT')?.kind, kind)
  }
})

test('bad data opens an incident for a person and never retrains, not even beside drift', () => {
  const model = life()
  model.verdict(1, 'DATA_QUALITY')
  model.verdict(2, 'DATA_QUALITY')
  assert.equal(model.state.dataQuality?.windows, 2)
  assert.equal(model.state.wanted, null)
  model.verdict(3, 'DRIFT')
  assert.equal(model.verdict(4, 'DRIFT'), null)
  assert.equal(model.request('asked'), null)
})

test('bad data that comes while labels are counted stops the retraining', () => {
  const model = life()
  model.verdict(1, 'DRIFT')
  model.verdict(2, 'DRIFT')
  model.verdict(3, 'DATA_QUALITY')
  assert.equal(model.labels(1_000), null)
})

test('quiet windows resolve an incident; windows without a verdict do not', () => {
  const model = life()
  model.verdict(1, 'DATA_QUALITY')
  model.verdict(2, 'NO_DRIFT')
  model.verdict(3, 'INSUFFICIENT_DATA')
  assert.equal(model.state.dataQuality?.state, 'open')
  model.verdict(4, 'NO_DRIFT')
  model.verdict(5, 'NO_DRIFT')
  assert.equal(model.state.dataQuality?.state, 'resolved')
})

describe('drift that only a longer span sees', () => {
  /** A model whose span of `span` windows is looked at every half of it and drifts while `drifts` says so. */
  const watched = (span: number, last: number, drifts: (index: number) => boolean) => {
    const model = life({ policy: 'never' })
    const opened = new Set<string>()
    for (let index = 1; index <= last; index++) {
      const isDue = index % Math.max(1, span / 2) === 0
      if (isDue && drifts(index)) model.verdict(index, 'DRIFT', span)
      else model.verdict(index, 'NO_DRIFT')
      if (model.state.drift) opened.add(model.state.drift.id)
    }
    return { model, opened }
  }

  test('stands for the windows it merged when a retraining is considered', () => {
    const model = life({ windows: 3, outOf: 5 })
    assert.equal(model.verdict(1, 'DRIFT'), null)
    assert.match(model.state.drift?.next ?? '', /after 3 drifted windows of 5/)
    assert.equal(model.verdict(2, 'DRIFT', 6)?.kind, 'count-labels')
    assert.equal(life({ windows: 7, outOf: 9 }).verdict(1, 'DRIFT', 6), null)
  })

  for (const span of [6, 24, 168]) {
    test(`is one incident while it lasts, of a span of ${span}, however quiet the windows between its looks are`, () => {
      const { model, opened } = watched(span, 4 * span, () => true)
      assert.equal(opened.size, 1)
      assert.equal(model.state.drift?.state, 'open')
      assert.equal(model.state.drift?.windows, 8)
      assert.equal(model.state.drift?.span, span)
    })

    test(`is one incident though one look in three misses it, of a span of ${span}`, () => {
      const { opened } = watched(span, 6 * span, (index) => (index / (span / 2)) % 3 !== 2)
      assert.equal(opened.size, 1)
    })

    test(`is resolved once a span of ${span} windows is quiet, and opens anew after that`, () => {
      const over = (index: number) => index <= span || index > 3 * span
      const { model, opened } = watched(span, 2 * span - 1, over)
      assert.equal(model.state.drift?.state, 'open')
      model.verdict(2 * span, 'NO_DRIFT')
      assert.equal(model.state.drift?.state, 'resolved')
      assert.match(model.state.drift?.resolvedAt ?? '', /Z$/)
      assert.match(model.state.drift?.next ?? '', new RegExp(`quiet again for ${span} window`))
      assert.equal(opened.size, 1)
      assert.equal(watched(span, 4 * span, over).opened.size, 2)
    })
  }

  test('does not keep bad data open, and a single window is quiet as before', () => {
    const model = life({ policy: 'never' })
    model.verdict(1, 'DATA_QUALITY')
    model.verdict(2, 'DRIFT', 24)
    model.verdict(3, 'NO_DRIFT')
    model.verdict(4, 'NO_DRIFT')
    assert.equal(model.state.dataQuality?.state, 'resolved')
    assert.equal(model.state.drift?.state, 'open')
    const single = life({ policy: 'never' })
    single.verdict(1, 'DRIFT')
    single.verdict(2, 'NO_DRIFT')
    single.verdict(3, 'NO_DRIFT')
    assert.equal(single.state.drift?.state, 'resolved')
  })
})

test('"suggest" and "never" leave it to a person, who passes every rule but labels', () => {
  for (const policy of ['suggest', 'never'] as const) {
    const model = life({ policy })
    model.verdict(1, 'DRIFT')
    assert.equal(model.verdict(2, 'DRIFT'), null)
    assert.match(model.state.drift?.next ?? '', /driftgate retrain m/)
    assert.deepEqual(model.request('asked'), { kind: 'count-labels', from: iso(day) })
    assert.deepEqual(model.state.wanted?.requestedBy, ['operator'])
    assert.equal(model.request('asked'), null)
  }
})

test('an event that comes again changes nothing', () => {
  const model = life()
  model.verdict(5, 'DRIFT')
  const before = model.state
  assert.equal(model.verdict(5, 'DRIFT'), null)
  assert.deepEqual(model.state, before)
})

test('while a retraining or a release runs, no second one starts', () => {
  const model = life()
  model.verdict(1, 'DRIFT')
  model.verdict(2, 'DRIFT')
  model.labels(100)
  model.retrainingStarts()
  assert.equal(model.verdict(3, 'DRIFT'), null)
  assert.equal(model.request('asked'), null)
  assert.equal(model.look(), null)
  assert.equal(model.retrainingEnds('candidate')?.kind, 'start-release')
  model.releaseStarts()
  assert.equal(model.verdict(4, 'DRIFT'), null)
})

test('a promotion resolves the incident and forgets the windows of the version before', () => {
  const model = untilPromoted()
  assert.equal(model.state.drift?.state, 'resolved')
  assert.deepEqual(model.state.windows, [])
  assert.equal(model.state.lastPromotion?.helped, null)
})

test('quiet after a promotion means it helped; drift again means it did not, and a person is asked', () => {
  const helped = untilPromoted()
  helped.verdict(7, 'NO_DRIFT')
  helped.verdict(8, 'NO_DRIFT')
  assert.equal(helped.state.lastPromotion?.helped, true)

  const again = untilPromoted()
  again.verdict(7, 'DRIFT')
  assert.equal(again.verdict(8, 'DRIFT'), null)
  assert.equal(again.state.lastPromotion?.helped, false)
  assert.match(again.state.drift?.next ?? '', /did not help/)
})

test('a rejected release keeps the incident open and holds until a person asks', () => {
  const model = life()
  model.verdict(1, 'DRIFT')
  model.verdict(2, 'DRIFT')
  model.labels(100)
  model.retrainingStarts()
  model.retrainingEnds('candidate')
  model.releaseStarts()
  model.releaseEnds('rejected')
  assert.equal(model.state.drift?.state, 'open')
  assert.equal(model.verdict(3, 'DRIFT'), null)
  assert.match(model.state.drift?.next ?? '', /rejected/)
  assert.equal(model.request('asked')?.kind, 'count-labels')
})

test('after a failure only new drifted windows lead to another try; a lost job waits for a person', () => {
  for (const [outcome, kind] of [
    ['failed', 'count-labels'],
    ['not-better', 'count-labels'],
    ['lost', undefined],
  ] as const) {
    const model = life()
    model.verdict(1, 'DRIFT')
    model.verdict(2, 'DRIFT')
    model.labels(100)
    model.retrainingStarts()
    model.retrainingEnds(outcome)
    assert.equal(model.verdict(3, 'DRIFT'), null)
    assert.equal(model.verdict(4, 'DRIFT')?.kind, kind)
  }
})

test('the cooldown runs from the end of the last retraining, and is looked at when it is over', () => {
  const model = life({ cooldown: day })
  model.verdict(1, 'DRIFT')
  model.verdict(2, 'DRIFT')
  model.labels(100)
  model.retrainingStarts()
  model.retrainingEnds('not-better')
  model.verdict(3, 'DRIFT')
  assert.equal(model.verdict(4, 'DRIFT'), null)
  assert.match(model.state.drift?.next ?? '', /cooling down/)
  assert.equal(model.look(), day)
  assert.equal(model.wait(day)?.kind, 'count-labels')
})

test('the answer of a retraining that is not the running one is ignored', () => {
  const model = life()
  assert.equal(model.retrainingEnds('candidate'), null)
  assert.equal(model.state.release, null)
})
