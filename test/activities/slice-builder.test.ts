import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SliceBuilder } from '../../activities/slice-builder.ts'
import { recordPaths } from '../../contracts/config.ts'
import { json, parsingDecoder, templateDecoder } from '../../formats/json.ts'
import { buildBinning, decodeProfile } from '../../profiles/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'

const features = {
  plan: { type: 'categorical' },
  note: { type: 'text' },
  vector: { type: 'embedding', width: 2 },
} as const
const known = Array.from({ length: 90 }, (_, i) => [['a', 'b', 'c'][i % 3], 'text', [1, 2], 0.5])
const binning = buildBinning('m', '1', features, known, { segments: ['plan'] })
const at = Date.UTC(2026, 0, 1)

function slice(records: readonly object[], under = binning): SliceBuilder {
  const settings = {
    binning: under,
    bucketMs: 3_600_000,
    anchorMs: at,
    keepBadBytes: false,
    keepSample: true,
  }
  const decode = json.decoder({ model: 'm', binning: under, paths: recordPaths.parse({}) })
  const builder = new SliceBuilder(settings, decode)
  for (const [offset, record] of records.entries()) {
    const value = new TextEncoder().encode(JSON.stringify({ id: offset, time: at, ...record }))
    builder.add({ offset: String(offset), value, timestampMs: at })
  }
  return builder
}

test('a row is in the part of all rows, which has the sample, and in that of each of its segments', () => {
  const plans = ['a', 'a', 'b', 'unheard of', null]
  const parts = slice(plans.map((plan) => ({ features: { plan } }))).parts()
  assert.deepEqual(
    parts.map(({ segment, rows, sample }) => [segment, rows, sample !== null]),
    [
      ['', 5, true],
      ['plan=a', 2, false],
      ['plan=b', 1, false],
      ['plan=(other)', 2, false],
    ],
  )
  for (const { rows, profile } of parts) assert.equal(decodeProfile(profile, binning).rows, rows)
})

test('versions and buckets have segments of their own', () => {
  const parts = slice([
    { version: '1', features: { plan: 'a' } },
    { version: '2', features: { plan: 'a' } },
    { version: '2', time: at + 3_600_000, features: { plan: 'a' } },
  ]).parts()
  assert.deepEqual(
    parts.filter(({ segment }) => segment !== '').map(({ version, bucket }) => [version, +bucket]),
    [
      ['1', at],
      ['2', at],
      ['2', at + 3_600_000],
    ],
  )
})

test('an embedding of another width is a dead letter that says where, and counts nowhere', () => {
  const builder = slice([
    { features: { plan: 'a', vector: [1, 2] } },
    { features: { plan: 'a', vector: [1, 2, 3] } },
    { features: { plan: 'a', note: 5 } },
  ])
  assert.deepEqual(
    builder.deadLetters.map(({ code, reason }) => [code, reason]),
    [
      ['RECORD_MALFORMED', 'vector has 3 numbers where 2 belong'],
      ['RECORD_MALFORMED', 'note holds no text'],
    ],
  )
  assert.deepEqual([builder.good, builder.bad], [1, 2])
  assert.ok(builder.parts().every(({ rows }) => rows === 1))
})

test('a slice ends where its profiles would fill the memory', () => {
  const plan = binning.features[0]!
  const categories = Array.from({ length: 1_000 }, (_, i) => `c${i}`)
  const wide = {
    ...binning,
    features: [
      plan,
      ...Array.from({ length: 1_000 }, (_, i) => {
        return { name: `x${i}`, kind: 'categorical' as const, categories }
      }),
    ],
  }
  const hours = (count: number) =>
    Array.from({ length: count }, (_, hour) => ({
      time: at + hour * 3_600_000,
      features: { plan: 'a' },
    }))
  // A million cells in the part of all rows and in that of the segment, for every hour.
  assert.equal(slice(hours(7), wide).full, false)
  assert.equal(slice(hours(9), wide).full, true)
})

test('packed rows and JSON.parse give a slice of the same bytes, samples and repetitions too', () => {
  const next = mulberry32(32)
  const features = { plan: { type: 'categorical' }, amount: { type: 'numeric' } } as const
  const rows = Array.from({ length: 200 }, (_, i) => [['a', 'b'][i % 2], next(), next()])
  const under = buildBinning('m', '1', features, rows, { segments: ['plan'] })
  // Few ids first, so that a sample meets one again and again; then many.
  const values = Array.from({ length: 12_000 }, (_, i) => {
    const id = i < 4_000 ? i % 700 : next() < 0.9 ? `p${i}` : Math.floor(next() * 1e6)
    const plans = ['a', 'b', `unseen ${i % 900}`, 'Zürich', null, true, 'x'.repeat(300), undefined]
    const plan = plans[Math.floor(next() * (i % 10 === 0 ? 8 : 3))]
    const amount = next() < 0.02 ? null : next() < 0.01 ? 'NaN' : -next() * 10 ** (i % 9)
    const time = next() < 0.1 ? at : new Date(at + (i % 2) * 3_600_000).toISOString()
    const record = {
      id,
      time,
      version: `${i % 50 === 0}`,
      features: { plan, amount },
      score: next(),
    }
    return Buffer.from(JSON.stringify(record))
  })
  const input = { model: 'm', binning: under, paths: recordPaths.parse({}) }
  const settings = {
    binning: under,
    bucketMs: 3_600_000,
    anchorMs: at,
    keepBadBytes: true,
    keepSample: true,
  }
  const { packed, taken } = templateDecoder(input)
  const [scanned, parsed] = [packed, parsingDecoder(input)].map((decode) => {
    const builder = new SliceBuilder(settings, decode)
    let packs = 0
    for (const [i, value] of values.entries()) {
      const record = { offset: String(i), value, timestampMs: at + 86_400_000 }
      builder.add(record)
      if (i % 100 === 1 && decode(record).kind === 'packed') packs++
    }
    const { good, repeated, deadLetters } = builder
    return { packs, counted: { parts: builder.parts(), good, repeated, deadLetters } }
  })
  assert.deepEqual(scanned?.counted, parsed?.counted)
  assert.ok((scanned?.packs ?? 0) > 80, `${scanned?.packs} of 120 were packed`)
  assert.ok(taken() > 11_000, `${taken()} by templates`)
  assert.ok((parsed?.counted.repeated ?? 0) > 3_300)
})

test('templates and JSON.parse give a slice of the same bytes', () => {
  const next = mulberry32(31)
  const values = Array.from({ length: 3_000 }, (_, i) => {
    const time = at + Math.floor(next() * 3) * 3_600_000
    const features = {
      plan: ['a', 'b', 'Zürich', null, 7][Math.floor(next() * 5)],
      note: next() < 0.1 ? 'with "quotes"' : 'plain',
      vector: [next(), next() * 1e9],
    }
    const record = { id: `p${i % 2_900}`, time, features, score: next() < 0.05 ? 'NaN' : next() }
    return Buffer.from(JSON.stringify(record).slice(0, next() < 0.02 ? 40 : undefined))
  })
  const input = { model: 'm', binning, paths: recordPaths.parse({}) }
  const { decode, taken } = templateDecoder(input)
  const settings = {
    binning,
    bucketMs: 3_600_000,
    anchorMs: at,
    keepBadBytes: true,
    keepSample: true,
  }
  const [scanned, parsed] = [decode, parsingDecoder(input)].map((each) => {
    const builder = new SliceBuilder(settings, each)
    for (const [i, value] of values.entries()) {
      builder.add({ offset: String(i), value, timestampMs: at + 86_400_000 })
    }
    return { parts: builder.parts(), bad: builder.deadLetters, good: builder.good }
  })
  assert.deepEqual(scanned, parsed)
  assert.ok(taken() > 2_400 && taken() < 2_900, `${taken()} of 3,000 by templates`)
})
