import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelSettings } from '../../contracts/config.ts'
import { Backtest } from '../../judging/backtest.ts'
import type { ReplayPart } from '../../judging/kept-parts.ts'
import { Replay } from '../../judging/replay.ts'
import type { ReplayReference } from '../../judging/replay-reference.ts'
import {
  addRow,
  addToSample,
  buildBinning,
  createProfile,
  createSample,
  encodeProfile,
  encodeSample,
  profileDigest,
  segmenter,
} from '../../profiles/index.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { values } from '../support/scan-world.ts'

const origin = Date.parse('2001-01-01T00:00:00Z')
const dayMs = 86_400_000
const next = mulberry32(7)

const settings = modelSettings.parse({
  log: { topic: 't' },
  features: { amount: { type: 'numeric' }, plan: { type: 'categorical' } },
  window: { length: '1d', bucket: '12h', anchor: '2001-01-01T00:00:00Z' },
  detection: { minimumRows: 100, scales: [1, 6] },
  segments: ['plan'],
  references: {
    training: { kind: 'training' },
    usual: { kind: 'same-hour-of-week', weeks: 2 },
    lately: { kind: 'rolling', last: '8d' },
  },
  serving: { url: 'http://127.0.0.1:1' },
})

const rowsOf = (count: number, shift: number) =>
  Array.from({ length: count }, () => values(next, shift))
const before = rowsOf(2_000, 0)
const binning = buildBinning('m', '1', settings.features, before, { segments: ['plan'] })

/** Rows as a part of all of them, and one for each of their segments. */
function partsOf(rows: ReturnType<typeof rowsOf>, at: number, version = '1'): ReplayPart[] {
  const profiles = new Map([['', createProfile(binning)]])
  const sample = createSample()
  const segments = segmenter(binning)
  for (const [i, row] of rows.entries()) {
    for (const name of ['', ...segments(row)]) {
      const profile = profiles.get(name) ?? createProfile(binning)
      profiles.set(name, profile)
      addRow(profile, row)
    }
    addToSample(sample, { id: `${at}-${i}`, values: row })
  }
  return [...profiles].map(([segment, profile]) => ({
    ...{ version, segment, bucket: new Date(at), rows: profile.rows },
    profile: encodeProfile(profile),
    sample: segment === '' ? encodeSample(sample) : null,
  }))
}

const [whole, ...inSegments] = partsOf(before, 0)
const reference: ReplayReference = {
  ...{ version: '1', binning, profile: whole!.profile, sample: whole!.sample },
  digest: profileDigest(whole!.profile),
  segments: inSegments,
}
const days = Array.from({ length: 24 }, (_, i) => {
  const shift = i === 20 || i === 21 ? 0.9 : i === 15 ? 0.25 : 0
  const at = origin + i * dayMs
  return [...partsOf(rowsOf(150, shift), at), ...partsOf(rowsOf(150, shift), at + dayMs / 2)]
})
const windowAt = (i: number) => ({
  start: new Date(origin + i * dayMs).toISOString(),
  end: new Date(origin + (i + 1) * dayMs).toISOString(),
})
const counts = { bad: 0, lost: 0 }

test('without what only describes, verdict, words, states and what is learned are the same to the byte', async () => {
  const [quick, slow] = [new Replay(settings), new Replay(settings)]
  const seen = new Set<string>()
  for (const [i, parts] of days.entries()) {
    for (const part of parts) {
      quick.add(part)
      slow.add(part)
    }
    const facts = { window: windowAt(i), counts, referenceOf: () => reference }
    const [one, other] = [await quick.judge(facts), await slow.judge({ ...facts, whole: true })]
    const told = ({ verdict, headline, rows, looks, features, since }: typeof one) =>
      JSON.stringify({
        ...{ verdict, headline, rows, looks, since },
        features: features.map(({ feature, segment, state, reference, windows, cause }) => [
          ...[feature, segment, state, reference, windows, cause],
        ]),
      })
    assert.equal(told(one), told(other))
    seen.add(`${other.verdict} ${other.features[0]?.primary.prediction === undefined}`)
    assert.ok(other.features.some(({ distribution }) => distribution.labels.length > 0))
  }
  // Both with and without a history, and with an alarm.
  assert.deepEqual([...seen].sort(), ['DRIFT false', 'NO_DRIFT false', 'NO_DRIFT true'])
})

test('references that are merged from the log are in force, and never hold what was found wrong', async () => {
  const alone = { ...settings, references: { lately: settings.references['lately']! } }
  const run = new Backtest({
    ...{ model: 'm', name: 'a', settings: alone, changes: [], adopts: false },
  })
  for (const [i, parts] of days.entries()) {
    for (const part of parts) run.add(part)
    await run.judge({ window: windowAt(i), counts, referenceOf: () => reference })
  }
  const { windows } = run.end()
  const verdicts = windows.map(({ verdict }) => verdict)
  // Half of eight days must be there first.
  assert.deepEqual(new Set(verdicts.slice(0, 4)), new Set(['INSUFFICIENT_DATA']))
  assert.match(windows[0]?.headline ?? '', /lately: it holds 0s of 1w1d, and half is needed/)
  assert.deepEqual(verdicts.slice(19, 23), ['NO_DRIFT', 'DRIFT', 'DRIFT', 'NO_DRIFT'])
})

test('a window holds only what lies below its cut', async () => {
  const replay = new Replay({ ...settings, references: { training: { kind: 'training' } } })
  const place = (to: bigint) => ({ reach: [{ partition: 0, from: to - 10n, to }], repair: 0 })
  for (const part of days[0]!) replay.add({ ...part, place: place(10n) })
  for (const part of partsOf(rowsOf(40, 3), origin)) replay.add({ ...part, place: place(20n) })
  for (const part of partsOf(rowsOf(7, 3), origin)) {
    replay.add({ ...part, place: { ...place(10n), repair: 2 } })
  }
  const rowsBelow = async (cut: bigint, repairs: number) => {
    const below = { cut: new Map([[0, cut]]), repairs }
    const facts = { window: windowAt(0), below, counts, referenceOf: () => reference }
    return (await replay.judge(facts)).rows
  }
  assert.deepEqual(
    [await rowsBelow(10n, 1), await rowsBelow(19n, 2), await rowsBelow(20n, 1)],
    [300, 307, 340],
  )
})
