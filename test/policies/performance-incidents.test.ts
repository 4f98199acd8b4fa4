import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JudgedBy, PerformanceVerdict } from '../../contracts/performance-finding.ts'
import { mulberry32 } from '../support/mulberry32.ts'
import { day, iso, performanceLife } from './performance-life.ts'

const silent = { policy: 'never' } as const
const life = () => performanceLife(silent)

describe('what opens it and belongs to it', () => {
  for (const [by, id] of [
    ['labels', `m/PERFORMANCE/${iso(5 * day)}`],
    ['estimate', `m/PERFORMANCE/${iso(5 * day)}-estimate`],
  ] as const) {
    test(`a window that is worse by ${by} opens an incident, which says so`, () => {
      const model = life()
      model.judge(by, 5)
      const { performance } = model.state
      assert.equal(performance?.id, id)
      assert.equal(performance?.by, by)
      assert.equal(performance?.verdictId, iso(5 * day))
      assert.deepEqual([performance?.windows, performance?.headline], [1, `${by} of window 5`])
      assert.equal(model.state.drift, null)
    })
  }

  test('a judgement that comes again changes nothing', () => {
    const model = life()
    model.judge('labels', 5)
    const before = model.state
    assert.equal(model.judge('labels', 5), null)
    assert.deepEqual(model.state, before)
  })

  test('an older window makes it begin earlier, and what is told stays that of the latest', () => {
    const model = life()
    model.judge('labels', 7)
    model.judge('labels', 5)
    const { performance } = model.state
    assert.equal(performance?.firstWindow.start, iso(5 * day))
    assert.equal(performance?.lastWindow.start, iso(7 * day))
    assert.deepEqual([performance?.windows, performance?.headline], [2, 'labels of window 7'])
    assert.equal(performance?.id, `m/PERFORMANCE/${iso(7 * day)}`)
  })

  test('what labels say is told from then on, however far ahead estimates are', () => {
    const model = life()
    model.judge('estimate', 5)
    model.judge('estimate', 9)
    assert.equal(model.state.performance?.headline, 'estimate of window 9')
    model.judge('labels', 5)
    assert.equal(model.state.performance?.by, 'labels')
    assert.equal(model.state.performance?.headline, 'labels of window 5')
    assert.equal(model.state.performance?.evidenceDigest, 'labels-5')
    model.judge('estimate', 10)
    assert.equal(model.state.performance?.headline, 'labels of window 5')
    assert.equal(model.state.performance?.lastWindow.start, iso(10 * day))
  })

  test('a window that both find worse is one window', () => {
    const model = life()
    model.judge('estimate', 5)
    model.judge('estimate', 6)
    model.judge('labels', 5)
    model.judge('labels', 6)
    model.judge('labels', 7)
    assert.equal(model.state.performance?.windows, 3)
  })

  test('too few labels or rows open nothing and are never quiet', () => {
    const model = life()
    model.judge('labels', 1, 'INSUFFICIENT_LABELS')
    model.judge('estimate', 1, 'INSUFFICIENT_DATA')
    assert.equal(model.state.performance, null)
    model.judge('labels', 2)
    for (let index = 3; index < 9; index++) {
      model.judge('labels', index, index % 2 ? 'INSUFFICIENT_LABELS' : 'INSUFFICIENT_DATA')
      model.judge('estimate', index, 'INSUFFICIENT_DATA')
    }
    assert.ok(model.open)
    model.judge('labels', 9, 'NO_DRIFT')
    model.judge('labels', 10, 'INSUFFICIENT_LABELS')
    model.judge('labels', 11, 'NO_DRIFT')
    assert.ok(model.open, 'two quiet windows, but not in a row')
    model.judge('labels', 12, 'NO_DRIFT')
    assert.ok(!model.open)
  })
})

describe('what ends it', () => {
  for (const by of ['labels', 'estimate'] as const) {
    test(`labels end what ${by} opened, after windows in a row that lie within it`, () => {
      const model = life()
      model.judge(by, 5)
      for (const index of [2, 3, 4]) model.judge('labels', index, 'NO_DRIFT')
      assert.ok(model.open, 'windows before it say nothing of it')
      model.judge('labels', 6, 'NO_DRIFT')
      assert.ok(model.open)
      model.judge('labels', 7, 'NO_DRIFT')
      assert.equal(model.state.performance?.resolvedBy, 'quiet')
      assert.match(model.state.performance?.next ?? '', /by its labels as good as before for 2 /)
    })
  }

  test('an estimate ends what estimates alone have said', () => {
    const model = life()
    model.judge('estimate', 5)
    model.judge('estimate', 6, 'NO_DRIFT')
    assert.ok(model.open)
    model.judge('estimate', 7, 'NO_DRIFT')
    assert.match(model.state.performance?.next ?? '', /by the estimate as good as before for 2 /)
  })

  test('an estimate ends nothing that labels have said, nor what a label has spoken of since', () => {
    for (const said of ['DRIFT', 'NO_DRIFT'] as const) {
      const model = life()
      model.judge('estimate', 5)
      model.judge('labels', 5, said)
      for (let index = 6; index < 12; index++) model.judge('estimate', index, 'NO_DRIFT')
      assert.ok(model.open, said)
    }
    const waiting = life()
    waiting.judge('estimate', 5)
    waiting.judge('labels', 4, 'NO_DRIFT')
    waiting.judge('labels', 5, 'INSUFFICIENT_LABELS')
    waiting.judge('estimate', 6, 'NO_DRIFT')
    waiting.judge('estimate', 7, 'NO_DRIFT')
    assert.ok(!waiting.open, 'labels said nothing of it yet')
  })

  test('what labels open again after an estimate ended it is another incident', () => {
    const model = life()
    model.judge('estimate', 5)
    model.judge('estimate', 6, 'NO_DRIFT')
    model.judge('estimate', 7, 'NO_DRIFT')
    const ended = model.state.performance?.id
    model.judge('labels', 5)
    assert.ok(model.open)
    assert.notEqual(model.state.performance?.id, ended)
  })

  test('a bad window that labels tell of when later ones are good again is on record as over', () => {
    const model = life()
    model.judge('labels', 6, 'NO_DRIFT')
    model.judge('labels', 7, 'NO_DRIFT')
    model.judge('labels', 5)
    assert.equal(model.state.performance?.state, 'resolved')
  })
})

const said = (verdicts: string): PerformanceVerdict[] =>
  [...verdicts].map(
    (letter) => ({ D: 'DRIFT', N: 'NO_DRIFT', I: 'INSUFFICIENT_LABELS' })[letter]! as never,
  )

/** Every word of the letters that has so many. */
const words = (letters: string, length: number): string[] =>
  length === 0
    ? ['']
    : words(letters, length - 1).flatMap((word) => [...letters].map((letter) => word + letter))

const orders = (count: number): number[][] =>
  count === 0
    ? [[]]
    : orders(count - 1).flatMap((order) =>
        Array.from({ length: count }, (_, place) => order.toSpliced(place, 0, count - 1)),
      )

describe('properties, by trying everything', () => {
  for (const by of ['labels', 'estimate'] as const) {
    test(`judgements by ${by} alone leave it open or not whatever the order in which they come`, () => {
      for (const word of words('DN', 5)) {
        const verdicts = said(word)
        // Open: something was worse, and the row of good windows after the last of them is too short.
        const expected = word.includes('D') && word.length - 1 - word.lastIndexOf('D') < 2
        for (const order of orders(5)) {
          const model = life()
          for (const index of order) model.judge(by, index, verdicts[index])
          assert.equal(model.open, expected, `${word} in the order ${order}`)
        }
      }
    })
  }

  test('in order of time it is open from a worse window until so many good ones in a row', () => {
    for (const word of words('DNI', 6)) {
      const model = life()
      const verdicts = said(word)
      let open = false
      let row = 0
      for (const [index, verdict] of verdicts.entries()) {
        model.judge('labels', index, verdict)
        row = verdict === 'NO_DRIFT' ? row + 1 : 0
        open = verdict === 'DRIFT' || (open && row < 2)
        assert.equal(model.open, open, `${word} up to ${index}`)
      }
    }
  })

  test('in any mixture an estimate never ends what labels spoke of, and nothing but a worse window opens', () => {
    const draw = mulberry32(7)
    for (let round = 0; round < 2_000; round++) {
      const model = life()
      const spoken = { labels: new Map<number, string>(), estimate: new Map<number, string>() }
      for (let step = 0; step < 14; step++) {
        const by: JudgedBy = draw() < 0.5 ? 'labels' : 'estimate'
        const index = Math.floor(draw() * 10)
        const [verdict = 'DRIFT'] = said('DNNI'[Math.floor(draw() * 4)]!)
        if (spoken[by].has(index)) continue
        spoken[by].set(index, verdict)
        const before = model.state.performance
        const wasOpen = before?.state === 'open'
        model.judge(by, index, verdict)
        const now = model.state.performance
        if (!wasOpen && model.open) assert.equal(verdict, 'DRIFT')
        if (!wasOpen || model.open) continue
        assert.notEqual(verdict, 'INSUFFICIENT_LABELS')
        const since = Date.parse(now!.firstWindow.start) / day
        const byLabels = [...spoken.labels].some(
          ([at, what]) => at >= since && what !== 'INSUFFICIENT_LABELS',
        )
        assert.equal(now!.resolvedBy, 'quiet')
        assert.equal(/by the estimate/.test(now!.next), !byLabels, now!.next)
      }
    }
  })
})
