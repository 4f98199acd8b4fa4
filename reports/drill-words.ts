import {
  type Drill,
  type DrillState,
  drillStation,
  type Readiness,
  type Station,
} from '../contracts/drill.ts'
import { instant } from './numbers.ts'
import type { StateName } from './vocabulary.ts'

export const stateOfDrill: Readonly<Record<DrillState, StateName>> = {
  running: 'running',
  ready: 'ok',
  'not-ready': 'failed',
  incomplete: 'stale',
}

/** "ready", "not ready: register, rollout", "incomplete: card". */
export function drillInWords({ state, stations }: Pick<Drill, 'state' | 'stations'>): string {
  const named = (wanted: Station['state']) =>
    stations.filter((each) => each.state === wanted).map(({ station }) => station)
  switch (state) {
    case 'running':
      return `under way: ${stationUnderWay(stations) ?? 'ending'}`
    case 'ready':
      return 'ready'
    case 'not-ready': {
      const failed = named('failed')
      return `not ready: ${failed.length === 0 ? 'broken off' : failed.join(', ')}`
    }
    case 'incomplete':
      return `incomplete: ${named('not-configured').join(', ')} not configured`
  }
}

/** The one that follows those that have ended; null: all have. */
export const stationUnderWay = (stations: readonly Pick<Station, 'station'>[]): string | null =>
  drillStation.options.find((name) => !stations.some(({ station }) => station === name)) ?? null

const marks: Readonly<Record<Station['state'], string>> = {
  passed: 'passed',
  failed: 'FAILED',
  'not-configured': 'not configured',
  'not-reached': 'not reached',
}

/** "register  passed (2 s): version 3 of m.drill gives back what was trained". */
export function stationInWords({ station, state, sentence, ...times }: Station): string {
  const seconds = Math.round((Date.parse(times.endedAt) - Date.parse(times.startedAt)) / 1_000)
  return `${station}: ${marks[state]} (${seconds} s): ${sentence}`
}

/** "last proven ready 2026-11-28 18:00 UTC", "never proven ready". */
export const provenInWords = ({ lastReadyAt }: Pick<Readiness, 'lastReadyAt'>): string =>
  lastReadyAt === null ? 'never proven ready' : `last proven ready ${instant(lastReadyAt)}`
