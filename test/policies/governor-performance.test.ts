import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stewardStateSchema } from '../../contracts/steward.ts'
import { automaticRule } from '../../policies/governor-wishes.ts'
import { newSteward } from '../../policies/steward-state.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { day, iso, judged, performanceLife, promotedForPerformance } from './performance-life.ts'

const next = ({ state }: ReturnType<typeof performanceLife>) => state.performance?.next ?? ''

describe('when a retraining starts', () => {
  test('two of two windows that labels find worse count labels from the first, in the name of a rule', () => {
    const model = performanceLife()
    assert.equal(model.judge('labels', 5), null)
    assert.match(next(model), /after 2 windows of 2 that are worse by their labels/)
    assert.deepEqual(model.judge('labels', 6), { kind: 'count-labels', from: iso(5 * day) })
    assert.equal(model.labels(99), null)
    assert.match(next(model), /99 of 100/)
    assert.equal(model.labels(100)?.kind, 'start-retraining')
    assert.deepEqual(model.state.wanted?.requestedBy, [automaticRule])
    assert.equal(model.state.wanted?.incident, model.state.performance?.id)
  })

  test('an estimate alone never starts one, and says that a person may', () => {
    const model = performanceLife()
    for (let index = 1; index < 20; index++) assert.equal(model.judge('estimate', index), null)
    assert.match(next(model), /an estimate alone starts no retraining.*driftgate retrain m/)
    assert.deepEqual(model.request('asked'), { kind: 'count-labels', from: iso(day) })
  })

  test('windows of labels and of estimates are never added up', () => {
    const model = performanceLife()
    model.judge('estimate', 1)
    assert.equal(model.judge('labels', 1), null)
    assert.equal(model.judge('estimate', 2), null)
    assert.equal(model.judge('labels', 2)?.kind, 'count-labels')
  })

  test('labels confirm what an estimate opened, and rows are used from its first window on', () => {
    const model = performanceLife()
    model.judge('estimate', 3)
    model.judge('labels', 5)
    assert.deepEqual(model.judge('labels', 6), { kind: 'count-labels', from: iso(3 * day) })
  })

  test('worse windows of labels before an estimate opens it anew do not start one', () => {
    const model = performanceLife({ outOf: 4 })
    model.judge('labels', 1)
    model.labels(0)
    model.judge('labels', 2)
    model.judge('labels', 3, 'NO_DRIFT')
    model.judge('labels', 4, 'NO_DRIFT')
    assert.ok(!model.open)
    assert.equal(model.judge('estimate', 9), null)
    assert.equal(model.wait(day), null)
  })

  test('"suggest" and "never" leave it to a person', () => {
    for (const policy of ['suggest', 'never'] as const) {
      const model = performanceLife({ policy })
      model.judge('labels', 1)
      assert.equal(model.judge('labels', 2), null)
      assert.match(next(model), new RegExp(`retraining is "${policy}"; .*driftgate retrain m`))
      assert.equal(model.request('asked')?.kind, 'count-labels')
    }
  })

  test('while the source of the data is broken nothing is retrained on it', () => {
    const model = performanceLife()
    model.verdict(5, 'DATA_QUALITY')
    model.judge('labels', 5)
    assert.equal(model.judge('labels', 6), null)
    assert.match(next(model), /source of the data is broken/)
    assert.equal(model.request('asked'), null)
    const counting = performanceLife()
    counting.judge('labels', 5)
    counting.judge('labels', 6)
    counting.verdict(7, 'DATA_QUALITY')
    assert.equal(counting.labels(1_000), null)
  })

  test('after a failure only new windows lead to another try; a lost job waits for a person', () => {
    for (const [outcome, kind] of [
      ['failed', 'count-labels'],
      ['not-better', 'count-labels'],
      ['lost', undefined],
    ] as const) {
      const model = performanceLife()
      model.judge('labels', 1)
      model.judge('labels', 2)
      model.labels(100)
      model.starts()
      model.ends(outcome)
      assert.equal(model.judge('labels', 3), null)
      assert.equal(model.judge('labels', 4)?.kind, kind)
    }
  })

  test('the cooldown runs from the end of the last retraining', () => {
    const model = performanceLife({ cooldown: day })
    model.judge('labels', 1)
    model.judge('labels', 2)
    model.labels(100)
    model.starts()
    model.ends('not-better')
    model.judge('labels', 3)
    assert.equal(model.judge('labels', 4), null)
    assert.match(next(model), /cooling down/)
    assert.equal(model.look(), day)
    assert.equal(model.wait(day)?.kind, 'count-labels')
  })

  test('a rejected release holds until a person asks, and is held no more once nothing is open', () => {
    const model = performanceLife()
    model.judge('labels', 1)
    model.judge('labels', 2)
    model.labels(100)
    model.starts()
    model.ends('candidate')
    model.released('rejected')
    assert.equal(model.judge('labels', 3), null)
    assert.match(next(model), /rejected/)
    model.judge('labels', 4, 'NO_DRIFT')
    assert.notEqual(model.state.held, null)
    model.judge('labels', 5, 'NO_DRIFT')
    assert.equal(model.state.held, null)
  })
})

describe('drift and performance at once', () => {
  const both = () => {
    const model = performanceLife()
    model.verdict(1, 'DRIFT')
    model.judge('labels', 2)
    model.judge('labels', 3)
    return model
  }

  test('lead to one retraining that names both, from where labels show it to be worse', () => {
    const model = both()
    assert.equal(model.labels(100)?.kind, 'start-retraining')
    const started = model.starts()
    assert.equal(started.incident, `m/PERFORMANCE/${iso(2 * day)}`)
    assert.deepEqual(started.alsoFor, [`m/DRIFT/${iso(day)}`])
    assert.equal(started.from, iso(2 * day))
    assert.match(started.reason, /labels of window 3; inputs of window 1/)
    assert.equal(model.state.drift?.runKey, 'run-1')
    assert.equal(model.state.performance?.runKey, 'run-1')
    assert.equal(model.verdict(4, 'DRIFT'), null)
    assert.equal(model.judge('labels', 4), null)
  })

  test('both end with its promotion', () => {
    const model = both()
    model.labels(100)
    model.starts()
    model.ends('candidate')
    model.released('promoted')
    for (const incident of [model.state.drift, model.state.performance]) {
      assert.equal(incident?.resolvedBy, 'promoted')
      assert.equal(incident?.release, 'm/1')
    }
    assert.deepEqual(model.state.lastPromotion?.of, ['PERFORMANCE', 'DRIFT'])
  })

  test('a wish that drift made names what labels find while it waits for them', () => {
    const model = performanceLife()
    model.verdict(1, 'DRIFT')
    model.verdict(2, 'DRIFT')
    model.labels(10)
    model.judge('labels', 1)
    assert.equal(model.labels(100)?.kind, 'start-retraining')
    const started = model.starts()
    assert.equal(started.incident, `m/DRIFT/${iso(day)}`)
    assert.deepEqual(started.alsoFor, [`m/PERFORMANCE/${iso(day)}`])
  })

  test('drift that is quiet again takes its wish along, and labels make their own', () => {
    const model = performanceLife()
    model.verdict(1, 'DRIFT')
    model.verdict(2, 'DRIFT')
    model.judge('labels', 2)
    model.verdict(3, 'NO_DRIFT')
    assert.equal(model.verdict(4, 'NO_DRIFT'), null)
    assert.equal(model.state.wanted, null)
    assert.deepEqual(model.judge('labels', 3), { kind: 'count-labels', from: iso(2 * day) })
    assert.doesNotMatch(JSON.stringify(model.state.wanted), /DRIFT/)
  })

  test('a wish of a person goes on for what is left of it', () => {
    const model = performanceLife({ policy: 'suggest' })
    model.verdict(1, 'DRIFT')
    model.judge('estimate', 2)
    model.request('asked')
    assert.equal(model.state.wanted?.incident, `m/DRIFT/${iso(day)}`)
    model.verdict(3, 'NO_DRIFT')
    model.verdict(4, 'NO_DRIFT')
    assert.equal(model.state.wanted?.incident, `m/PERFORMANCE/${iso(2 * day)}-estimate`)
    assert.deepEqual(model.state.wanted?.requestedBy, ['operator'])
    assert.equal(model.state.wanted?.from, iso(2 * day))
  })

  test('while a reference waits at the gate drift is not retrained on, and what labels show is', () => {
    const model = performanceLife()
    model.verdict(1, 'DRIFT')
    model.absorbs(iso(3 * day))
    assert.equal(model.verdict(2, 'DRIFT'), null)
    model.judge('labels', 1)
    assert.equal(model.judge('labels', 2)?.kind, 'count-labels')
  })
})

test('absorbing ends drift and leaves a model that does worse as it is', () => {
  const model = performanceLife({ policy: 'suggest' })
  model.verdict(1, 'DRIFT')
  model.judge('labels', 1)
  model.judge('labels', 2, 'NO_DRIFT')
  model.absorbs(iso(3 * day)).approved()
  assert.equal(model.state.drift?.resolvedBy, 'absorbed')
  assert.ok(model.open)
  model.judge('labels', 3, 'NO_DRIFT')
  assert.ok(!model.open, 'windows before it count as before')
})

describe('after a promotion', () => {
  test('its incident is over, and windows of the version before open none', () => {
    const model = promotedForPerformance()
    assert.equal(model.state.performance?.resolvedBy, 'promoted')
    assert.deepEqual(model.state.performanceWindows, { labels: [], estimate: [] })
    // The log is played again: its time is that of its windows, not of the clock.
    for (const index of [7, 8]) {
      model.judge('labels', index)
      model.judge('estimate', index)
    }
    assert.ok(!model.open)
    model.judge('labels', 9)
    assert.ok(model.open)
  })

  test('in a log that is read as it is written, windows count from the moment of the promotion', () => {
    const model = performanceLife()
    for (const index of [98, 99]) model.judge('labels', index)
    model.labels(100)
    model.wait(day / 2)
    model.starts()
    model.ends('candidate')
    model.released('promoted')
    assert.equal(model.state.performanceFrom, iso(100.5 * day))
  })

  test('it helped once labels are good again, whatever the inputs say meanwhile', () => {
    const model = promotedForPerformance()
    model.verdict(10, 'NO_DRIFT')
    model.verdict(11, 'NO_DRIFT')
    model.judge('estimate', 10, 'NO_DRIFT')
    model.judge('estimate', 11, 'NO_DRIFT')
    assert.equal(model.state.lastPromotion?.helped, null)
    model.judge('labels', 10, 'NO_DRIFT')
    model.judge('labels', 11, 'NO_DRIFT')
    assert.equal(model.state.lastPromotion?.helped, true)
  })

  test('it did not help where labels are worse again, and a person is asked', () => {
    const model = promotedForPerformance()
    model.judge('labels', 10)
    assert.equal(model.judge('labels', 11), null)
    assert.equal(model.state.lastPromotion?.helped, false)
    assert.match(next(model), /did not help/)
    assert.equal(model.request('asked')?.kind, 'count-labels')
  })

  test('what drift was retrained for says nothing of performance: labels may start the next one', () => {
    const model = performanceLife()
    model.verdict(1, 'DRIFT')
    model.verdict(2, 'DRIFT')
    model.labels(100)
    model.starts()
    model.ends('candidate')
    model.released('promoted')
    model.judge('labels', 10)
    assert.equal(model.judge('labels', 11)?.kind, 'count-labels')
    assert.equal(model.state.lastPromotion?.helped, null)
  })
})

test('a state that was saved before there were incidents of performance is read as one without any', () => {
  const now = newSteward('m')
  const { performance: _, performanceWindows: __, performanceFrom: ___, ...older } = now
  assert.deepEqual(stewardStateSchema.parse(JSON.parse(JSON.stringify(older))), now)
})

test('in any life: never two retrainings, none on an estimate alone, none while data is broken', () => {
  const draw = mulberry32(11)
  for (let round = 0; round < 500; round++) {
    const model = performanceLife({ outOf: 3 })
    let running = false
    for (let step = 0; step < 40; step++) {
      const index = Math.floor(step / 2)
      const kind = draw()
      const command =
        kind < 0.3
          ? model.judge('labels', index, draw() < 0.5 ? 'DRIFT' : 'NO_DRIFT')
          : kind < 0.6
            ? model.judge('estimate', index, draw() < 0.7 ? 'DRIFT' : 'NO_DRIFT')
            : kind < 0.85
              ? model.verdict(index, draw() < 0.15 ? 'DATA_QUALITY' : 'NO_DRIFT')
              : model.feed({
                  kind: 'performance',
                  message: judged('labels', index, 'INSUFFICIENT_LABELS'),
                })
      if (command?.kind !== 'count-labels') {
        if (running && draw() < 0.3) {
          model.ends(draw() < 0.5 ? 'not-better' : 'failed')
          running = false
        }
        continue
      }
      assert.ok(!running)
      assert.notEqual(model.state.dataQuality?.state, 'open')
      assert.equal(model.state.performance?.by, 'labels')
      assert.equal(model.labels(100)?.kind, 'start-retraining')
      model.starts()
      running = true
    }
  }
})
