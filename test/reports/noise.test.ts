import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { countedP } from '../../contracts/counted-p.ts'
import { noiseOf } from '../../reports/noise.ts'
import { score } from '../support/score.ts'

const prediction = {
  dispersion: 2.34,
  windows: 1_344,
  effectiveWindows: 420.7,
  provisional: false,
  pValue: 0.003,
}

describe('how much windows vary without change', () => {
  it('is said with its windows, and what sampling alone would say', () => {
    const known = score({ prediction })
    assert.equal(countedP(known), 0.003)
    assert.equal(
      noiseOf(known),
      'windows vary 2.34 times as much as sampling explains (1,344 accepted windows, worth 420); by sampling alone p would be 1e-6',
    )
  })

  it('is provisional below thirty effective windows', () => {
    const few = score({ prediction: { ...prediction, effectiveWindows: 12, provisional: true } })
    assert.match(noiseOf(few), /worth 12, provisional below 30/)
  })

  it('says when it knows of sampling noise only', () => {
    assert.equal(countedP(score()), 1e-6)
    assert.match(noiseOf(score()), /^sampling noise only/)
    assert.equal(noiseOf(score({ pValue: null })), '')
  })

  it('names a declared design effect, and windows that vary as they should', () => {
    const declared = { ...prediction, windows: 0, effectiveWindows: 0, dispersion: 3 }
    assert.match(noiseOf(score({ prediction: declared })), /by the declared design effect/)
    const calm = { ...prediction, dispersion: 1, pValue: null }
    assert.equal(countedP(score({ prediction: calm })), 1e-6)
    assert.match(noiseOf(score({ prediction: calm })), /^windows vary as sampling explains/)
  })
})
