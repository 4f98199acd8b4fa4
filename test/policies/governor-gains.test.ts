import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GovernorSettings } from '../../contracts/steward.ts'
import { stewardStateSchema } from '../../contracts/steward.ts'
import { newSteward } from '../../policies/steward-state.ts'
import { life } from './governor-life.ts'

const limits = { gainless: 2, freeze: null, refresh: null }

/** Two drifted windows, labels, and a retraining that ends so; the next window to be judged. */
function tried(model: ReturnType<typeof life>, from: number, outcome: 'not-better' | 'failed') {
  model.verdict(from, 'DRIFT')
  assert.equal(model.verdict(from + 1, 'DRIFT')?.kind, 'count-labels')
  model.labels(100)
  model.retrainingStarts()
  model.retrainingEnds(outcome)
  return from + 2
}

/** The same up to a release that people end so. */
function released(model: ReturnType<typeof life>, from: number, ended: string) {
  model.verdict(from, 'DRIFT')
  model.verdict(from + 1, 'DRIFT')
  model.labels(100)
  model.retrainingStarts()
  model.retrainingEnds('candidate')
  model.releaseStarts()
  model.releaseEnds(ended)
  return from + 2
}

test('after two retrainings that gained nothing a person is asked, whose request starts the count anew', () => {
  const model = life({ limits })
  let next = tried(model, 1, 'not-better')
  next = tried(model, next, 'not-better')
  model.verdict(next, 'DRIFT')
  assert.equal(model.verdict(next + 1, 'DRIFT'), null)
  assert.match(model.state.drift?.next ?? '', /last 2 retraining.* gained nothing; a person may/)

  assert.equal(model.request('asked')?.kind, 'count-labels')
  model.labels(100)
  model.retrainingStarts()
  model.retrainingEnds('not-better')
  assert.equal(model.state.gainless, 1)
})

test('a job that failed says nothing of what was to gain', () => {
  const model = life({ limits })
  let next = 1
  for (let attempt = 1; attempt <= 4; attempt++) next = tried(model, next, 'failed')
  assert.equal(model.state.gainless, 0)
})

test('a candidate that people reject gained nothing, one that nobody answers for may have', () => {
  for (const [ended, counted] of [
    ['rejected', 1],
    ['expired', 0],
  ] as const) {
    const model = life({ limits })
    released(model, 1, ended)
    assert.equal(model.state.gainless, counted)
  }
})

test('a promotion that helps forgets what gained nothing before, one that does not is counted', () => {
  for (const [verdict, counted] of [
    ['NO_DRIFT', 0],
    ['DRIFT', 2],
  ] as const) {
    const model = life({ limits })
    let next = tried(model, 1, 'not-better')
    next = released(model, next, 'promoted')
    assert.equal(model.state.gainless, 1)
    model.verdict(next, verdict)
    model.verdict(next + 1, verdict)
    assert.equal(model.state.gainless, counted)
  }
})

test('each kind of incident has its own policy', () => {
  const drifting = (policy: GovernorSettings['policy']) => {
    const model = life({ policy })
    model.verdict(1, 'DRIFT')
    return { model, command: model.verdict(2, 'DRIFT') }
  }
  const word = { PERFORMANCE: 'automatic', DATA_QUALITY: 'never' } as const
  const suggested = drifting({ ...word, DRIFT: 'suggest' })
  assert.equal(suggested.command, null)
  assert.match(suggested.model.state.drift?.next ?? '', /retraining is "suggest"/)
  assert.equal(drifting({ ...word, DRIFT: 'automatic' }).command?.kind, 'count-labels')
})

test('what a worker saved that did not count is read as nothing counted', () => {
  const { gainless: _, ...older } = newSteward('m')
  assert.equal(stewardStateSchema.parse(older).gainless, 0)
})

test('inputs that move on say nothing against a version that was better on rows nobody had learned from', () => {
  const gains = true as const
  const promoted = (compared: 'BETTER' | 'UNDECIDED', known = { ...limits, gains }) => {
    const model = life({ limits: known })
    model.verdict(1, 'DRIFT')
    model.verdict(2, 'DRIFT')
    model.labels(100)
    model.retrainingStarts()
    model.retrainingEnds('candidate')
    model.releaseStarts(compared)
    model.releaseEnds('promoted')
    model.verdict(3, 'DRIFT')
    return { model, command: model.verdict(4, 'DRIFT') }
  }
  const better = promoted('BETTER')
  assert.equal(better.command?.kind, 'count-labels')
  assert.equal(better.model.state.lastPromotion?.helped, true)
  assert.equal(better.model.state.gainless, 0)

  // A person let it through: whether it gains was not known then, and is not now.
  const undecided = promoted('UNDECIDED')
  assert.equal(undecided.command, null)
  assert.equal(undecided.model.state.lastPromotion?.helped, false)
  assert.equal(undecided.model.state.gainless, 1)

  // A history by a worker that did not know of it replays as it went.
  const { gains: _, ...older } = { ...limits, gains }
  const before = promoted('BETTER', older as typeof limits & { gains: true })
  assert.equal(before.command, null)
  assert.equal(before.model.state.lastPromotion?.helped, false)
})
