import assert from 'node:assert/strict'
import { test } from 'node:test'
import { performanceLife } from './performance-life.ts'

/** An incident of which a retraining runs. */
function retrained() {
  const model = performanceLife()
  model.judge('labels', 1)
  model.judge('labels', 2)
  model.labels(100)
  model.starts()
  return model
}
const next = ({ state }: ReturnType<typeof retrained>) => state.performance?.next ?? ''

test('only a candidate that was found better is called better, as long as its release is asked for too', () => {
  for (const [compared, told] of [
    ['BETTER', 'version 2 is better'],
    ['NOT_WORSE', 'version 2 is not worse, which is enough'],
    ['UNDECIDED', 'it is undecided whether version 2 is better: a person decides'],
  ] as const) {
    const model = retrained()
    const command = model.ends('candidate', compared)
    assert.equal(next(model), told)
    assert.ok(command?.kind === 'start-release')
    assert.equal(command.compared, compared)
    model.asksForRelease(compared)
    assert.equal(next(model), `release m/1 is asked for, since ${told}`)
  }
})

test('of an older worker, which told no result, nothing is said of it', () => {
  const model = retrained()
  const command = model.ends('candidate')
  assert.equal(next(model), 'version 2 goes to the gate')
  assert.ok(command?.kind === 'start-release' && !('compared' in command))
  model.asksForRelease()
  assert.equal(next(model), 'release m/1 is asked for')
})

test('what goes no further is not called certainly worse unless it is', () => {
  for (const [compared, told] of [
    ['WORSE', 'the candidate is worse'],
    ['NOT_WORSE', 'the candidate is not better'],
    ['UNDECIDED', 'the candidate does not even look better'],
    [undefined, 'the candidate is not better'],
  ] as const) {
    const model = retrained()
    model.ends('not-better', compared)
    assert.ok(next(model).startsWith(`${told}: so it ended`), next(model))
  }
})
