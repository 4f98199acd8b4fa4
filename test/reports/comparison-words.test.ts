import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sureShort } from '../../reports/comparison-words.ts'
import { betterComparison } from '../support/comparisons.ts'

test('an interval says how wide it is: where several versions contend each takes its part of the 5 %', () => {
  const words = (level?: number) => {
    const { gain } = betterComparison
    assert.ok(gain)
    const comparison = { ...betterComparison, gain: { ...gain, ...(level && { level }) } }
    return sureShort({ comparison, policy: {} as never }) ?? ''
  }
  assert.match(words(), /\(95 %: /)
  assert.match(words(0.975), /\(97\.5 %: /)
  assert.match(words(1 - 0.05 / 3), /\(98\.3 %: /)
})
