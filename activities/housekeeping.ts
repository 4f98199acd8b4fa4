import type pg from 'pg'
import { binningOf } from '../adapters/postgres/binnings.ts'
import { forgetAnswers } from '../adapters/postgres/chat-answers.ts'
import { forgetGuards } from '../adapters/postgres/guard-counts.ts'
import { liftDeadLetters, recordHousekeeping } from '../adapters/postgres/housekeepings.ts'
import {
  keptSettings,
  latestWindow,
  liftWindows,
  namedCuts,
  needsOf,
} from '../adapters/postgres/kept-windows.ts'
import { dropLabelDay, pastLabelDays } from '../adapters/postgres/label-days.ts'
import { partsOfSlot, type Slots, slotsToLookAt } from '../adapters/postgres/merged-parts.ts'
import { forgetStates } from '../adapters/postgres/performance-states.ts'
import { countDay, daysToCount } from '../adapters/postgres/prediction-counts.ts'
import { dropDay, idleDays } from '../adapters/postgres/prediction-days.ts'
import { allReadings, type Reading } from '../adapters/postgres/readings.ts'
import { forgetIds, modelsWithIds } from '../adapters/postgres/waiting-rows.ts'
import { type ModelSettings, modelSettings, type Settings } from '../contracts/config.ts'
import { reachOf as reachOfReference } from '../contracts/reference-settings.ts'
import type { HousekeepingResult, StorageSettings } from '../contracts/storage.ts'
import { usualDays } from '../policies/guard-flood.ts'
import { choresOf, type Rules } from '../policies/housekeeping.ts'
import { doChore } from './chores.ts'

/** What was read within this time is left alone: the scan that read it may not have ended. */
const settlesAfterMs = 3_600_000

/** When somebody last wrote into a day is known to within an hour; by then nobody who wrote is still on the way. */
const quietDayMs = 7_200_000

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
}

/**
 * Lets go of what retention does not keep, and merges what is kept. Every step is one bounded transaction after which
 * everything holds, so that it can be killed anywhere and begun again; done twice, the second finds nothing to do. What
 * an open incident, the evidence of a release, a kept verdict or a window to come needs is never touched.
 */
export async function keepHouse(
  deps: HousekeepingDeps,
  options: HousekeepingOptions = {},
): Promise<HousekeepingResult> {
  const { settings } = await deps.settings()
  const now = deps.clock()
  const { retention } = settings.storage
  const done = { ...nothingDone }
  const ago = (ms: number) => new Date(now - ms)
  const readings = await allReadings(deps.db)
  for (const model of new Set(readings.map((reading) => reading.model))) {
    done.lifted += await liftWindows(deps.db, model, {
      evidence: ago(Math.min(retention.evidence, retention.parts)),
      samples: ago(retention.samples),
      now: new Date(now),
    })
  }
  for (const reading of readings) {
    const model = settings.models[reading.model]
    await tidyReading(deps.db, { reading, model, retention, now, done }, options)
  }
  for (;;) {
    options.signal?.throwIfAborted()
    const letters = await liftDeadLetters(deps.db, ago(retention.deadLetters))
    if (letters === 0) break
    done.deadLetters += letters
    options.onStep?.(now)
  }
  for (const { model, latest } of await modelsWithIds(deps.db)) {
    options.signal?.throwIfAborted()
    // Of a model that nobody scans any more, time itself goes on.
    const windowEnd = Object.hasOwn(settings.models, model) ? latest : new Date(now)
    if (windowEnd !== null) done.ids += await forgetIds(deps.db, model, windowEnd)
    options.onStep?.(now)
  }
  for (;;) {
    options.signal?.throwIfAborted()
    const answers = await forgetAnswers(deps.db, ago(retention.chatAnswers))
    if (answers === 0) break
    done.chatAnswers += answers
    options.onStep?.(now)
  }
  const old = ago(retention.predictions)
  for (const day of await idleDays(deps.db, old)) {
    options.signal?.throwIfAborted()
    done.predictions += (await dropDay(deps.db, day, old)) ?? 0
    options.onStep?.(now)
  }
  for (const day of await pastLabelDays(deps.db, old)) {
    options.signal?.throwIfAborted()
    done.labels += await dropLabelDay(deps.db, day)
    options.onStep?.(now)
  }
  done.performanceStates += await forgetStates(deps.db, ago(retention.evidence))
  done.guardCounts += await forgetGuards(deps.db, {
    counts: ago(retention.parts),
    // What a flood is told from reaches no farther back.
    minutes: ago((usualDays + 1) * 86_400_000),
    guards: ago(retention.evidence),
  })
  const quiet = ago(quietDayMs)
  for (const day of await daysToCount(deps.db, quiet)) {
    options.signal?.throwIfAborted()
    if (await countDay(deps.db, day, quiet)) done.countedDays++
    options.onStep?.(now)
  }
  await recordHousekeeping(deps.db, done, new Date(now))
  return done
}

interface Tidied {
  readonly reading: Reading
  /** Absent: it is not configured any more. */
  readonly model: ModelSettings | undefined
  readonly retention: StorageSettings['retention']
  readonly now: number
  readonly done: HousekeepingResult
}

async function tidyReading(
  db: pg.Pool,
  { reading, model, retention, now, done }: Tidied,
  options: HousekeepingOptions,
): Promise<void> {
  const binning = await binningOf(db, reading.binning)
  const slots = slotsOf(reading, model)
  const reachMs = reachOf(model, slots.slotMs)
  const reaches = await keptReaches(db, reading.id)
  const before = {
    parts: new Date(now - retention.parts),
    samples: new Date(now - retention.samples),
  }
  const latest = await latestWindow(db, reading.model)
  const starts = await slotsToLookAt(db, slots, before)
  if (starts.length === 0) return
  const rules: Rules = {
    named: await namedCuts(db, reading.id),
    needs: await needsOf(db, reading.id, (version) => reaches.get(version) ?? reachMs),
    // A model that nobody scans any more has no windows to come.
    floorMs: model === undefined ? Number.POSITIVE_INFINITY : (latest ?? 0) - reachMs,
    partsBeforeMs: before.parts.getTime(),
    samplesBeforeMs: before.samples.getTime(),
  }
  for (const start of starts) {
    const parts = await partsOfSlot(db, slots, start, new Date(now - settlesAfterMs))
    for (const chore of choresOf(parts, rules)) {
      for await (const step of doChore(db, reading, binning, chore, new Date(now))) {
        options.signal?.throwIfAborted()
        done.merged += step.merged
        done.into += step.into
        done.parts += step.parts
        done.samples += step.samples
        options.onStep?.(start)
      }
    }
  }
}

/** The slots of a reading are the windows of its model, where these are whole buckets. */
function slotsOf({ id, definition }: Reading, model: ModelSettings | undefined): Slots {
  const { bucket } = definition
  const length = model?.window.length ?? bucket
  return {
    reading: id,
    anchorMs: Date.parse(definition.anchor),
    bucketMs: bucket,
    slotMs: length % bucket === 0 ? length : bucket,
  }
}

/**
 * How far before its end a verdict looks: 24 windows for the beginning of a change, or its longest span, and from there
 * as far as its longest reference.
 */
const reachOf = (model: ModelSettings | undefined, slotMs: number): number =>
  slotMs * Math.max(24, ...(model?.detection.scales ?? [])) +
  Math.max(0, ...Object.values(model?.references ?? {}).map(reachOfReference))

/** The same by the version of the configuration that kept windows were judged by; one that cannot be read is left out. */
async function keptReaches(db: pg.Pool, reading: string): Promise<Map<number, number>> {
  const reaches = new Map<number, number>()
  for (const [version, written] of await keptSettings(db, reading)) {
    const { success, data } = modelSettings.safeParse(written)
    if (success) reaches.set(version, reachOf(data, data.window.length))
  }
  return reaches
}
