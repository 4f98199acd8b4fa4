import type pg from 'pg'
import { forgetAnswers, forgetDeliveries } from '../adapters/postgres/chat-answers.ts'
import {
  forgetGuardCounts,
  forgetGuardMinutes,
  forgetGuards,
} from '../adapters/postgres/guard-counts.ts'
import { liftDeadLetters, recordHousekeeping } from '../adapters/postgres/housekeepings.ts'
import { liftWindows } from '../adapters/postgres/kept-windows.ts'
import { dropLabelDay, pastLabelDays } from '../adapters/postgres/label-days.ts'
import { forgetStates } from '../adapters/postgres/performance-states.ts'
import { countDay, daysToCount } from '../adapters/postgres/prediction-counts.ts'
import { dropDay, idleDays } from '../adapters/postgres/prediction-days.ts'
import { allReadings } from '../adapters/postgres/readings.ts'
import { forgetIds, modelsWithIds } from '../adapters/postgres/waiting-rows.ts'
import type { Settings } from '../contracts/config.ts'
import type { HousekeepingResult } from '../contracts/storage.ts'
import { usualDays } from '../policies/guard-flood.ts'
import { type Duty, doDuties, inBatches } from './duties.ts'
import { tidyReading } from './tidy-reading.ts'

/** When somebody last wrote into a day is known to within an hour; by then nobody who wrote is still on the way. */
const quietDayMs = 7_200_000

/** What single rows there are to remove of one kind in one round; a table that grew for a year takes a few rounds. */
const batchesForMs = 1_800_000

const nothingDone: HousekeepingResult = {
  ...{ lifted: 0, merged: 0, into: 0, parts: 0, samples: 0, deadLetters: 0, predictions: 0 },
  ...{ labels: 0, countedDays: 0, ids: 0, chatAnswers: 0 },
  ...{ performanceStates: 0, guardCounts: 0 },
}

export interface HousekeepingDeps {
  readonly db: pg.Pool
  readonly settings: () => Promise<{ settings: Settings }>
  readonly clock: () => number
}

export interface HousekeepingOptions {
  readonly signal?: AbortSignal
  /** Told after every transaction. */
  readonly onStep?: (slotMs: number) => void
  /** How long single rows of one kind are removed in this round, milliseconds. */
  readonly batchesForMs?: number
}

/**
 * Lets go of what retention does not keep, and merges what is kept. Every step is one bounded transaction after which
 * everything holds, so that it can be killed anywhere and begun again; done twice, the second finds nothing to do. What
 * an open incident, the evidence of a release, a kept verdict or a window to come needs is never touched. What fails keeps
 * nothing else from being done, and the round is on record only where nothing failed.
 */
export async function keepHouse(
  deps: HousekeepingDeps,
  options: HousekeepingOptions = {},
): Promise<HousekeepingResult> {
  const { settings } = await deps.settings()
  const now = deps.clock()
  const done = { ...nothingDone }
  const round = { ...deps, ...options, settings, now, done }
  await doDuties(
    [...(await dutiesOfReadings(round)), ...dutiesOfRows(round), ...dutiesOfDays(round)],
    options.signal,
  )
  await recordHousekeeping(deps.db, done, new Date(now))
  return done
}

interface Round extends HousekeepingOptions {
  readonly db: pg.Pool
  readonly settings: Settings
  readonly now: number
  readonly done: HousekeepingResult
}

/** Windows are lifted before their parts are looked at; where that fails, their parts are needed still and stay. */
async function dutiesOfReadings(round: Round): Promise<Duty[]> {
  const { db, settings, now, done, signal, onStep } = round
  const { retention } = settings.storage
  const readings = await allReadings(db)
  const models = [...new Set(readings.map((reading) => reading.model))]
  return [
    ...models.map((model) => ({
      name: `windows of ${model}`,
      async run() {
        done.lifted += await liftWindows(db, model, {
          evidence: ago(round, Math.min(retention.evidence, retention.parts)),
          samples: ago(round, retention.samples),
          now: new Date(now),
        })
      },
    })),
    ...readings.map((reading) => ({
      name: `parts of ${reading.model}`,
      run: () =>
        tidyReading(
          db,
          { reading, model: settings.models[reading.model], retention, now },
          (slotMs, step) => {
            signal?.throwIfAborted()
            for (const kind of ['merged', 'into', 'parts', 'samples'] as const)
              done[kind] += step[kind]
            onStep?.(slotMs)
          },
        ),
    })),
  ]
}

function dutiesOfRows(round: Round): Duty[] {
  const { db, settings, now, done, signal } = round
  const { retention } = settings.storage
  const of = (
    name: string,
    remove: (most: number) => Promise<number>,
    kind?: 'deadLetters' | 'chatAnswers' | 'performanceStates' | 'guardCounts',
  ): Duty => ({
    name,
    async run() {
      const forMs = round.batchesForMs ?? batchesForMs
      const step = async (most: number) => {
        const gone = await remove(most)
        if (kind !== undefined) done[kind] += gone
        return gone
      }
      await inBatches(step, { signal, forMs, onStep: () => round.onStep?.(now) })
    },
  })
  const evidence = ago(round, retention.evidence)
  const answers = ago(round, retention.chatAnswers)
  // What a flood is told from reaches no farther back.
  const minutes = ago(round, (usualDays + 1) * 86_400_000)
  const letters = ago(round, retention.deadLetters)
  const parts = ago(round, retention.parts)
  return [
    of('dead letters', (most) => liftDeadLetters(db, letters, most), 'deadLetters'),
    of('deliveries from chat', (most) => forgetDeliveries(db, answers, most)),
    of('answers from chat', (most) => forgetAnswers(db, answers, most), 'chatAnswers'),
    of('states of performance', (most) => forgetStates(db, evidence, most), 'performanceStates'),
    of('counts of guards', (most) => forgetGuardCounts(db, parts, most), 'guardCounts'),
    of('minutes of guards', (most) => forgetGuardMinutes(db, minutes, most), 'guardCounts'),
    of('guards', (most) => forgetGuards(db, evidence, most), 'guardCounts'),
  ]
}

function dutiesOfDays(round: Round): Duty[] {
  const { db, settings, now, done, signal, onStep } = round
  const old = ago(round, settings.storage.retention.predictions)
  const quiet = ago(round, quietDayMs)
  /** Each with a transaction of its own. */
  const each = <Each>(
    name: string,
    kind: 'ids' | 'predictions' | 'labels' | 'countedDays',
    list: () => Promise<readonly Each[]>,
    work: (one: Each) => Promise<number>,
  ): Duty => ({
    name,
    async run() {
      for (const one of await list()) {
        signal?.throwIfAborted()
        done[kind] += await work(one)
        onStep?.(now)
      }
    },
  })
  const forget = async ({ model, latest }: Awaited<ReturnType<typeof modelsWithIds>>[number]) => {
    // Of a model that nobody scans any more, time itself goes on.
    const windowEnd = Object.hasOwn(settings.models, model) ? latest : new Date(now)
    return windowEnd === null ? 0 : forgetIds(db, model, windowEnd)
  }
  const drop = async (day: string) => (await dropDay(db, day, old)) ?? 0
  const count = async (day: string) => ((await countDay(db, day, quiet)) ? 1 : 0)
  return [
    each('ids of repetitions', 'ids', () => modelsWithIds(db), forget),
    each('days of predictions', 'predictions', () => idleDays(db, old), drop),
    each(
      'days of labels',
      'labels',
      () => pastLabelDays(db, old),
      (day) => dropLabelDay(db, day),
    ),
    each('counts of days', 'countedDays', () => daysToCount(db, quiet), count),
  ]
}

const ago = ({ now }: Round, ms: number): Date => new Date(now - ms)
