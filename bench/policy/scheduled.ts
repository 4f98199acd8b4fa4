import { type DataSet, rowAt } from './data-set.ts'
import { fitVersion, Served, type Version } from './served.ts'
import { settingsOf } from './settings.ts'

const dayMs = 86_400_000
/** A scheduled job learns from so much of the past: three months. */
export const rollingMs = 91 * dayMs

/** Without a policy: trained anew so often on the last three months of labels, and released unseen. `Infinity`: never. */
export function scheduledLife(set: DataSet, first: Version, everyMs: number) {
  const served = new Served(set, first)
  const [startMs, endMs] = [set.times[set.first] as number, set.times.at(-1) as number]
  const { delay } = settingsOf(set).labels
  let trainings = 0
  for (let nowMs = startMs + everyMs; nowMs <= endMs; nowMs += everyMs) {
    const rows = { from: rowAt(set, nowMs - delay - rollingMs), to: rowAt(set, nowMs - delay) }
    trainings++
    served.release(fitVersion(set, `scheduled ${trainings}`, rows), nowMs)
  }
  served.answerUntil(Number.POSITIVE_INFINITY)
  return { served, trainings }
}
