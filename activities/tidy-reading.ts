import type pg from 'pg'
import { binningOf } from '../adapters/postgres/binnings.ts'
import {
  keptSettings,
  latestWindow,
  namedCuts,
  needsOf,
} from '../adapters/postgres/kept-windows.ts'
import { partsOfSlot, type Slots, slotsToLookAt } from '../adapters/postgres/merged-parts.ts'
import type { Reading } from '../adapters/postgres/readings.ts'
import { type ModelSettings, modelSettings } from '../contracts/config.ts'
import { reachOf as reachOfReference } from '../contracts/reference-settings.ts'
import type { StorageSettings } from '../contracts/storage.ts'
import { choresOf, type Rules } from '../policies/housekeeping.ts'
import { doChore, type Step } from './chores.ts'

/** What was read within this time is left alone: the scan that read it may not have ended. */
const settlesAfterMs = 3_600_000

export interface Untidy {
  readonly reading: Reading
  /** Absent: it is not configured any more. */
  readonly model: ModelSettings | undefined
  readonly retention: StorageSettings['retention']
  readonly now: number
}

/** Merges the parts of a reading and lets go of those that nothing needs; told after every transaction, by its slot. */
export async function tidyReading(
  db: pg.Pool,
  { reading, model, retention, now }: Untidy,
  onStep: (slotMs: number, step: Step) => void,
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
        onStep(start, step)
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
