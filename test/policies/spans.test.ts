import assert from 'node:assert/strict'
import { test } from 'node:test'
import { longestSpanStart, spansDue, windowSignificance } from '../../policies/spans.ts'

const hour = 3_600_000
const anchor = Date.parse('2001-01-01T00:00:00Z')
const settings = {
  window: { length: hour, bucket: hour, anchor: '2001-01-01T00:00:00Z', lateness: 0 },
  detection: {
    budget: { falseAlarms: 1, per: 720 * hour },
    scales: [1, 6, 24, 168],
    minimumRows: 500,
    maximumBadShare: 0.1,
    staleAfterWindows: 2,
  },
}
const at = (window: number) => anchor + window * hour

/** Verdicts of the windows from the first one on. */
const verdicts = (names: readonly string[]) => new Map(names.map((name, i) => [at(i), name]))

test('a span holds the window and those before it that found nothing wrong', () => {
  const before = [
    ...['NO_DRIFT', 'NO_DRIFT', 'NO_DRIFT', 'NO_DRIFT', 'DRIFT'],
    ...['INSUFFICIENT_DATA', 'DATA_QUALITY', 'NO_DRIFT'],
  ]
  const [six, ...more] = spansDue(settings, at(8), verdicts(before))
  assert.deepEqual([six?.windows, more], [6, []])
  assert.deepEqual(six?.merged, [at(3), at(5), at(7), at(8)])
})

test('spans of every scale that is due end with the window, the shortest first', () => {
  const found = spansDue(settings, at(167), verdicts(Array(167).fill('NO_DRIFT')))
  assert.deepEqual(
    found.map(({ windows, merged }) => [windows, merged.length, merged[0]]),
    [
      [6, 6, at(162)],
      [24, 24, at(144)],
      [168, 168, at(0)],
    ],
  )
})

test('a span that would hold the window alone is left out', () => {
  assert.deepEqual(spansDue(settings, at(8), verdicts(['NO_DRIFT'])), [])
  assert.deepEqual(spansDue(settings, at(2), new Map()), [])
})

test('verdicts of the window itself and of later ones are not looked at', () => {
  const [six] = spansDue(settings, at(2), verdicts(Array(9).fill('NO_DRIFT')))
  assert.deepEqual(six?.merged, [at(0), at(1), at(2)])
})

test('the longest span that is due says from where windows are needed', () => {
  assert.equal(longestSpanStart(settings, at(0)), null)
  assert.equal(longestSpanStart(settings, at(2)), at(-3))
  assert.equal(longestSpanStart(settings, at(11)), at(-12))
  assert.equal(longestSpanStart(settings, at(83)), at(-84))
  const single = { ...settings, detection: { ...settings.detection, scales: [1] } }
  assert.equal(longestSpanStart(single, at(83)), null)
})

test('the looks at windows and spans of a month take the budget together', () => {
  const all = verdicts(Array(720 + 168).fill('NO_DRIFT'))
  let taken = 0
  for (let i = 168; i < 720 + 168; i++) {
    taken += windowSignificance(settings)
    for (const { significance } of spansDue(settings, at(i), all)) taken += significance
  }
  // The longest scale is looked at every 84 windows, so that a month has 8 or 9 looks.
  assert.ok(Math.abs(taken - 1) < 0.03, String(taken))
})

test('against several references the looks take the same budget, an equal share each', () => {
  const all = verdicts(Array(24).fill('NO_DRIFT'))
  const references = {
    training: { kind: 'training' },
    month: { kind: 'rolling', last: 28 * 86_400_000 },
    usual: { kind: 'same-hour-of-week' },
  } as const
  const several = { ...settings, references }
  const parts = windowSignificance(settings) / windowSignificance(several)
  assert.ok(Math.abs(parts - 3) < 1e-12, String(parts))
  const levels = (of: typeof settings) =>
    spansDue(of, at(23), all).map(({ significance }) => significance)
  assert.ok(levels(settings).length > 0)
  assert.deepEqual(
    levels(several).map((level) => Number((level * 3).toPrecision(12))),
    levels(settings).map((level) => Number(level.toPrecision(12))),
  )
})
