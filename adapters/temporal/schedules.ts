import type {
  Client,
  ScheduleDescription,
  ScheduleHandle,
  ScheduleOptions,
} from '@temporalio/client'
import type { ModelSettings, Settings } from '../../contracts/config.ts'
import { taskQueues, workflowId, workflowNames } from '../../contracts/messages.ts'

export interface ScheduleOptionsInput {
  /** Up to this many milliseconds later than the nominal time, by chance; 0: at the time. */
  readonly jitterMs?: number
  /** New schedules start paused: they only run for backfills and by hand. */
  readonly paused?: boolean
  /** Only say what would change. */
  readonly dryRun?: boolean
}

export interface ScheduleDifference {
  readonly created: string[]
  readonly updated: string[]
  readonly deleted: string[]
  readonly unchanged: string[]
}

/**
 * Makes the schedules of the environment those of the settings: one per model, orphans under the
 * prefix deleted. Returns the difference by model; again, there is none. Whether an existing schedule
 * is paused is left as somebody set it.
 */
export async function makeSchedulesMatch(
  client: Client,
  settings: Pick<Settings, 'temporal' | 'models'>,
  options: ScheduleOptionsInput = {},
): Promise<ScheduleDifference> {
  const { prefix } = settings.temporal
  const difference: ScheduleDifference = { created: [], updated: [], deleted: [], unchanged: [] }
  for (const [model, modelSettings] of Object.entries(settings.models)) {
    const wanted = scheduleOf(prefix, model, modelSettings, options)
    const handle = client.schedule.getHandle(wanted.scheduleId)
    const found = await describeOrNull(handle)
    if (found === null) {
      difference.created.push(model)
      if (!options.dryRun) await createOrUpdate(client, wanted)
    } else if (sameSchedule(found, wanted)) {
      difference.unchanged.push(model)
    } else {
      difference.updated.push(model)
      if (!options.dryRun) await update(handle, wanted)
    }
  }
  const stem = workflowId.schedule(prefix, '')
  for await (const { scheduleId } of client.schedule.list()) {
    const model = scheduleId.startsWith(stem) ? scheduleId.slice(stem.length) : null
    if (model === null || Object.hasOwn(settings.models, model)) continue
    const handle = client.schedule.getHandle(scheduleId)
    // The list lags behind: what is deleted already is no orphan.
    if ((await describeOrNull(handle)) === null) continue
    difference.deleted.push(model)
    if (!options.dryRun) await handle.delete()
  }
  return difference
}

/** The note of a schedule that was made paused: windows are asked for one by one. */
export const pausedOnPurpose = 'made paused: windows are asked for by hand'

/** Makes the schedule of the housekeeping that of the settings. Said again, it changes nothing. */
export const scheduleHousekeeping = (
  client: Client,
  { temporal, storage }: Pick<Settings, 'temporal' | 'storage'>,
): Promise<void> => scheduleRounds(client, temporal.prefix, 'housekeeping', storage.every)

/** Makes the schedule that holds what is outside against the record. Said again, it changes nothing. */
export const scheduleReconcile = (
  client: Client,
  { temporal }: Pick<Settings, 'temporal'>,
): Promise<void> => scheduleRounds(client, temporal.prefix, 'reconcile', reconcileMs)

/** What a chat missed it shows within this time. */
const reconcileMs = 60_000

/** A workflow of the environment that runs again and again, each round after the one before. */
async function scheduleRounds(
  client: Client,
  prefix: string,
  workflow: 'housekeeping' | 'reconcile',
  every: number,
): Promise<void> {
  const id = workflowId[workflow](prefix)
  const wanted: ScheduleOptions & { scheduleId: string } = {
    scheduleId: id,
    spec: { intervals: [{ every }], jitter: 0 },
    action: {
      type: 'startWorkflow',
      workflowType: workflowNames[workflow],
      workflowId: id,
      taskQueue: `${prefix}${taskQueues.orchestration}`,
      args: [{ prefix }],
    },
    // A round finds all that the ones before it left.
    policies: { overlap: 'SKIP', catchupWindow: 60_000, pauseOnFailure: false },
  }
  const found = await describeOrNull(client.schedule.getHandle(id))
  if (found === null || !sameSchedule(found, wanted)) await createOrUpdate(client, wanted)
}

/** When the scan of the window that ends at `windowEndMs` is due, milliseconds since 1970. */
export const dueAt = (settings: ModelSettings, windowEndMs: number): number =>
  windowEndMs + settings.window.lateness

/**
 * Asks the schedule for the run of one window, whatever the clock says. Runs wait for each other in
 * the order they were asked for.
 */
export async function backfillWindow(
  client: Client,
  prefix: string,
  model: string,
  settings: ModelSettings,
  windowEndMs: number,
): Promise<void> {
  const due = dueAt(settings, windowEndMs)
  const handle = client.schedule.getHandle(workflowId.schedule(prefix, model))
  // Both ends count; the second before keeps a run whose nominal time is the very start of the range.
  await handle.backfill({
    start: new Date(due - 1_000),
    end: new Date(due),
    overlap: 'BUFFER_ALL',
  })
}

/** Whether a schedule is what `driftgate apply` would make it; whether it is paused is nobody's but people's. */
export const isAsApplied = (
  found: ScheduleDescription,
  prefix: string,
  model: string,
  settings: ModelSettings,
): boolean => sameSchedule(found, scheduleOf(prefix, model, settings, {}))

/** What Temporal knows of a model's schedule; null when there is none. */
export const describeSchedule = (
  client: Client,
  prefix: string,
  model: string,
): Promise<ScheduleDescription | null> =>
  describeOrNull(client.schedule.getHandle(workflowId.schedule(prefix, model)))

function scheduleOf(
  prefix: string,
  model: string,
  { window }: ModelSettings,
  { jitterMs = 0, paused = false }: ScheduleOptionsInput,
): ScheduleOptions & { scheduleId: string } {
  const shift = (Date.parse(window.anchor) + window.lateness) % window.length
  return {
    scheduleId: workflowId.schedule(prefix, model),
    spec: {
      intervals: [{ every: window.length, offset: (shift + window.length) % window.length }],
      jitter: jitterMs,
    },
    action: {
      type: 'startWorkflow',
      workflowType: workflowNames.scan,
      workflowId: workflowId.schedule(prefix, model),
      taskQueue: `${prefix}${taskQueues.orchestration}`,
      args: [{ model, prefix }],
    },
    policies: {
      // Every window gets its verdict, one after another: BUFFER_ONE and SKIP would leave some out.
      overlap: 'BUFFER_ALL',
      // After an outage the windows of the last ten lengths, or of a day, are made up for.
      catchupWindow: Math.max(10 * window.length, 86_400_000),
      pauseOnFailure: false,
    },
    state: { paused, ...(paused && { note: pausedOnPurpose }) },
  }
}

/** Whether a schedule on the server is the one that is wanted, paused or not. */
export function sameSchedule(found: ScheduleDescription, wanted: ScheduleOptions): boolean {
  const { spec, action, policies } = found
  return (
    JSON.stringify([
      spec.intervals?.map(({ every, offset }) => ({ every, offset: offset ?? 0 })),
      spec.jitter ?? 0,
      [spec.calendars?.length ?? 0, spec.skip?.length ?? 0],
      [spec.startAt ?? null, spec.endAt ?? null],
      action.workflowType,
      action.workflowId,
      action.taskQueue,
      action.args,
      policies.overlap,
      policies.catchupWindow,
      policies.pauseOnFailure,
    ]) ===
    JSON.stringify([
      wanted.spec.intervals,
      wanted.spec.jitter,
      [0, 0],
      [null, null],
      wanted.action.workflowType,
      wanted.action.workflowId,
      wanted.action.taskQueue,
      wanted.action.args,
      wanted.policies?.overlap,
      wanted.policies?.catchupWindow,
      wanted.policies?.pauseOnFailure,
    ])
  )
}

export async function createOrUpdate(
  client: Client,
  wanted: ScheduleOptions & { scheduleId: string },
): Promise<void> {
  try {
    await client.schedule.create(wanted)
  } catch (error) {
    if ((error as Error).name !== 'ScheduleAlreadyRunning') throw error
    await update(client.schedule.getHandle(wanted.scheduleId), wanted)
  }
}

const update = (handle: ScheduleHandle, wanted: ScheduleOptions): Promise<void> =>
  handle.update(({ state }) => ({
    spec: wanted.spec,
    action: wanted.action as never,
    policies: wanted.policies ?? {},
    state,
  }))

/** Null: there is no such schedule. */
export async function describeOrNull(handle: ScheduleHandle): Promise<ScheduleDescription | null> {
  try {
    return await handle.describe()
  } catch (error) {
    if ((error as Error).name === 'ScheduleNotFoundError') return null
    throw error
  }
}
