import type { Drill, DrillState, Station } from '../contracts/drill.ts'
import { drillStation } from '../contracts/drill.ts'
import { formatDuration } from '../contracts/duration.ts'

/** What a drill came to: only one whose every station passed proves that delivery is ready. */
export function drillOutcome(stations: readonly Pick<Station, 'station' | 'state'>[]): DrillState {
  const stateOf = (name: string) => stations.find(({ station }) => station === name)?.state
  const states = drillStation.options.map(stateOf)
  if (states.some((state) => state === 'failed')) return 'not-ready'
  if (states.every((state) => state === 'passed')) return 'ready'
  // A station that nobody walked although nothing failed before it: the drill was broken off.
  return states.some((state) => state === undefined || state === 'not-reached')
    ? 'not-ready'
    : 'incomplete'
}

export interface ReadinessFacts {
  /** `drill.every` of the model, ms. */
  readonly every: number
  /** The newest drill that has ended; null: none has. */
  readonly last: Pick<Drill, 'drill' | 'state' | 'endedAt' | 'stations'> | null
  /** Since when drills are asked for, ms since 1970. */
  readonly configuredAt: number
}

/**
 * Why delivery may not work today: the last drill says at which station, or none has ended within twice the time
 * that one is due in. Null: nothing says so. The sentence stays the same for as long as the reason does.
 */
export function deliveryTrouble(
  { every, last, configuredAt }: ReadinessFacts,
  nowMs: number,
): string | null {
  if (last?.state === 'not-ready') {
    const failed = last.stations.filter(({ state }) => state === 'failed')
    const said = failed.map(({ station, sentence, help }) =>
      [`at station ${station}: ${sentence}`, ...(help === null ? [] : [help])].join('; '),
    )
    const why = said.length === 0 ? 'it was broken off before its end' : said.join('. ')
    return `a release would not go through today, says drill ${last.drill}: ${why}`
  }
  const since = Math.max(configuredAt, last?.endedAt == null ? 0 : Date.parse(last.endedAt))
  if (nowMs - since <= 2 * every) return null
  const seen =
    last === null ? 'no drill has ever ended' : `no drill has ended since ${last.endedAt}`
  return `${seen}, and one is due every ${formatDuration(every)}: look whether its schedule runs, and whether one hangs`
}
