import type { Replay, ReplayAlarm } from '../../contracts/replay.ts'
import type { Setting, StreamingDetector } from './detector.ts'

const lastValues = 100
const most = 60

/** Runs a detector over cells of a column one by one; what is no number is left out and counted. */
export function replayed(detector: StreamingDetector, { options, falseAlarms }: Setting) {
  let state = detector.start(options)
  const alarms: ReplayAlarm[] = []
  const means = stretches()
  const recent: number[] = []
  let [row, values, total, since, sum, warnings] = [0, 0, 0, 0, 0, 0]
  let before = state.level
  return {
    add(cell: unknown): void {
      row++
      const x = numberIn(cell)
      if (Number.isNaN(x)) return
      state = detector.step(state, x)
      values++
      total += x
      since++
      sum += x
      means.add(x)
      recent[since % lastValues] = x
      if (state.level === 'warning' && before !== 'warning') warnings++
      before = state.level
      if (state.level !== 'drift') return
      const last = recent.reduce((left, right) => left + right, 0) / Math.min(since, lastValues)
      alarms.push({ row, after: since, mean: sum / since, recent: last })
      since = 0
      sum = 0
      recent.length = 0
    },
    end: ({ file, column }: Pick<Replay, 'file' | 'column'>): Replay => ({
      schema: 'driftgate-replay/1',
      ...{ file, column },
      detector: detector.name,
      title: detector.title,
      definition: detector.definition,
      options,
      ...(falseAlarms && { falseAlarms }),
      ...{ values, leftOut: row - values, mean: values === 0 ? 0 : total / values },
      ...{ alarms, warnings, ...means.end() },
    }),
  }
}

function numberIn(cell: unknown): number {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : Number.NaN
  if (typeof cell === 'boolean') return cell ? 1 : 0
  if (typeof cell !== 'string' || !/\S/.test(cell)) return Number.NaN
  const word = cell.trim().toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true' ? 1 : 0
  const number = Number(word)
  return Number.isFinite(number) ? number : Number.NaN
}

/** Means of up to sixty stretches: neighbours are joined when there are more, so that memory stays bounded. */
function stretches() {
  let [size, n, sum] = [1, 0, 0]
  let sums: number[] = []
  return {
    add(x: number): void {
      sum += x
      if (++n < size) return
      sums.push(sum)
      n = 0
      sum = 0
      if (sums.length < 2 * most) return
      sums = Array.from({ length: most }, (_, i) => (sums[2 * i] ?? 0) + (sums[2 * i + 1] ?? 0))
      size *= 2
    },
    end: () => ({
      means: [...sums.map((each) => each / size), ...(n > 0 ? [sum / n] : [])],
      stretch: size,
    }),
  }
}
