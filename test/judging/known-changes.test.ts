import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BacktestWindow } from '../../contracts/backtest.ts'
import type { VerdictName } from '../../contracts/report.ts'
import { changesSeen, falseAlarmsBefore } from '../../judging/known-changes.ts'

const day = (index: number) => new Date(Date.UTC(2001, 0, 1 + index)).toISOString()
const windowsOf = (...verdicts: VerdictName[]): BacktestWindow[] =>
  verdicts.map((verdict, index) => ({
    ...{ verdict, headline: '', rows: 1, drifted: [] },
    window: { start: day(index), end: day(index + 1) },
  }))
const times = { length: 86_400_000, lateness: 3_600_000 }

test('a change is seen by the first alarm of a window that ends after it, delay counted to the verdict', () => {
  const windows = windowsOf('NO_DRIFT', 'DRIFT', 'NO_DRIFT', 'NO_DRIFT', 'DATA_QUALITY')
  const [change] = changesSeen([{ at: '2001-01-03T12:00:00Z', name: 'x' }], windows, [], times)
  assert.deepEqual(
    [change?.seen?.window.start, change?.seen?.verdict, change?.seen?.windows, change?.seen?.hours],
    [day(4), 'DATA_QUALITY', 3, 61],
  )
})

test('the next known change takes over: what is seen after it is not the earlier one', () => {
  const windows = windowsOf('NO_DRIFT', 'NO_DRIFT', 'NO_DRIFT', 'DRIFT')
  const changes = [
    { at: day(1), name: 'first' },
    { at: day(3), name: 'second' },
  ]
  const [first, second] = changesSeen(changes, windows, [], times)
  assert.equal(first?.seen, null)
  assert.equal(second?.seen?.windows, 1)
})

test('alarms of windows that ended before the first change are false ones, and none are where none is known', () => {
  const windows = windowsOf('DRIFT', 'NO_DRIFT', 'DRIFT', 'DRIFT')
  const changes = [{ at: day(2), name: 'x' }]
  assert.deepEqual(falseAlarmsBefore(changes, windows, []), {
    ...{ incidents: 0, windows: 1, judged: 2, days: 2 },
  })
  assert.equal(falseAlarmsBefore([], windows, []), null)
})
