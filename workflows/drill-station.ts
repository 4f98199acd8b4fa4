import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow'
import type { BegunDrill, DrillStation, Station } from '../contracts/drill.ts'
import type { ErrorDetails } from '../contracts/errors.ts'
import { drillActs } from './activities.ts'
import { failureOf } from './failure.ts'
import { showPhase } from './phase.ts'

export interface DrillWalk extends BegunDrill {
  readonly model: string
  readonly prefix: string
  /** Those that have ended, in order. */
  readonly stations: Omit<Station, 'help'>[]
}

export interface Seen {
  readonly state: 'passed' | 'failed' | 'not-configured' | 'not-reached'
  readonly sentence: string
}

/** One station to its end, which is on record then. Whether it passed: the next ones go on in any case. */
export async function walkStation(
  { drill, model, prefix, stations }: DrillWalk,
  station: DrillStation,
  work: () => Promise<Seen>,
): Promise<boolean> {
  showPhase(model, station)
  const startedAt = isoNow()
  const { details, ...seen } = await work().then((all): Ended => ({ ...all, code: null }), failed)
  const ended = { station, startedAt, endedAt: isoNow(), ...seen }
  stations.push(ended)
  await drillActs(prefix).noteStation({ drill, station: ended, ...(details && { details }) })
  return ended.state === 'passed'
}

interface Ended extends Seen {
  readonly code: string | null
  readonly details?: ErrorDetails
}

/** A drill that is cancelled has no more stations. */
function failed(error: unknown): Ended {
  const failure = failureOf(error)
  if (failure === null || isCancellation(error)) throw error
  const { code, sentence } = failure
  const details = detailsOf(error)
  return { state: 'failed', sentence, code, ...(details && { details }) }
}

function detailsOf(error: unknown): ErrorDetails | undefined {
  const cause = error instanceof ActivityFailure ? error.cause : undefined
  return cause instanceof ApplicationFailure
    ? (cause.details?.[0] as ErrorDetails | undefined)
    : undefined
}

const isoNow = (): string => new Date(Date.now()).toISOString()
