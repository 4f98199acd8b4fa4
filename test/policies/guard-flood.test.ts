import assert from 'node:assert/strict'
import { test } from 'node:test'
import { floodOf, type GuardSpan } from '../../policies/guard-flood.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const nothing = { judged: 0, refused: 0 }
const spans = (count: number, span: GuardSpan) => new Array<GuardSpan>(count).fill(span)

test('far more refusals than before are a flood, with the usual share beside', () => {
  const found = floodOf(
    { judged: 400, refused: 300 },
    spans(50, { judged: 400, refused: 2 }),
    nothing,
  )
  assert.deepEqual([found?.share, found?.usual], [0.75, 0.005])
  assert.ok((found?.pValue ?? 1) < 1e-12)
})

test('as many as usual are none, however many', () => {
  const often = spans(50, { judged: 400, refused: 200 })
  assert.equal(floodOf({ judged: 400, refused: 220 }, often, nothing), null)
  assert.equal(floodOf({ judged: 40_000, refused: 20_500 }, often, nothing), null)
})

test('a handful is none, however rare', () => {
  assert.equal(
    floodOf({ judged: 19, refused: 19 }, spans(50, { judged: 400, refused: 0 }), nothing),
    null,
  )
})

test('without a past the rate that the guard was set to stands in for it, and without either nothing is known', () => {
  const span = { judged: 100, refused: 60 }
  assert.equal(floodOf(span, [], { judged: 1_000, refused: 20 })?.usual, 0.02)
  assert.equal(floodOf(span, [], nothing), null)
})

test('one caller who now and then sends a bad batch is usual, and takes much to be a flood', () => {
  const bursts = Array.from({ length: 200 }, (_, i) => ({
    judged: 400,
    refused: i % 10 === 0 ? 200 : 0,
  }))
  assert.equal(floodOf({ judged: 400, refused: 200 }, bursts, nothing), null)
  const calm = spans(200, { judged: 400, refused: 20 })
  assert.notEqual(floodOf({ judged: 400, refused: 200 }, calm, nothing), null)
})

test('refusals at their usual rate raise no notice, in more looks than a model has in three months', () => {
  const next = mulberry32(43)
  const draw = (): GuardSpan => {
    let refused = 0
    for (let i = 0; i < 100; i++) if (next() < 0.1) refused++
    return { judged: 100, refused }
  }
  const before = Array.from({ length: 300 }, draw)
  let floods = 0
  for (let look = 0; look < 30_000; look++) if (floodOf(draw(), before, nothing)) floods++
  assert.equal(floods, 0)
})
