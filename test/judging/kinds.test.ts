import assert from 'node:assert/strict'
import { test } from 'node:test'
import { binomialSf } from '../../statistics/beta.ts'
import { type Past, pastOf, toldOf, worlds } from '../support/kind-worlds.ts'

const runs = 100
/** Windows that are held against one past. */
const perPast = 25
/** A rate of wrong calls that would be too many. */
const tolerated = 0.05

for (const [name, { kind }] of Object.entries(worlds)) {
  test(`${name}: ${kind ?? 'nothing'} is told, and hardly ever anything else`, () => {
    const told = new Map<string, number>()
    let named = 0
    let past: Past = pastOf(1)
    for (let run = 0; run < runs; run++) {
      if (run % perPast === 0) past = pastOf(1 + run)
      // Where the rows are that a rule changed for is asked as well.
      const searched = kind === 'concept_drift'
      const found = toldOf(name, past, 5_000_000 + run, searched)
      const call = String(found.kind?.kind ?? null)
      told.set(call, (told.get(call) ?? 0) + 1)
      const [slice = ''] = found.slices
      if (/^country = DE and age < (3|4)\d$/.test(slice)) named++
    }
    const wrong = runs - (told.get(String(kind)) ?? 0)
    const calls = JSON.stringify([...told])
    // So many wrong calls and more would be seen once in a thousand tests at the rate that is tolerated.
    assert.ok(binomialSf(wrong, runs, tolerated) > 0.001, calls)
    if (kind === 'concept_drift') assert.ok(named >= 0.8 * runs, `named ${named} times`)
  })
}
