import { type ScheduleDescription, WorkflowNotFoundError } from '@temporalio/client'
import type { ModelSettings } from '../../contracts/config.ts'
import { formatDuration } from '../../contracts/duration.ts'
import { type Environment, resultOf } from './messages.ts'
import { describeSchedule, isAsApplied, pausedOnPurpose } from './schedules.ts'
import { storedMessage } from './stored-values.ts'

/** What of a model's scans does not work, a sentence each; null: it does. */
export interface ScheduleTrouble {
  readonly stopped: string | null
  readonly failing: string | null
  readonly edited: string | null
}

/** A step that failed so often in a row, over some minutes, is no hiccup of a server. */
const manyAttempts = 10

/** How the schedule of a model and the scans that it starts stand. */
export async function scheduleTrouble(
  environment: Environment,
  model: string,
  settings: ModelSettings,
): Promise<ScheduleTrouble> {
  const { client, prefix } = environment
  const schedule = await describeSchedule(client, prefix, model)
  if (schedule === null) {
    const stopped = `there is no schedule of ${model}: nothing scans it until "driftgate apply" makes one`
    return { stopped, failing: null, edited: null }
  }
  return {
    stopped: stoppedBy(model, schedule),
    failing: await failingOf(environment, schedule),
    edited: isAsApplied(schedule, prefix, model, settings)
      ? null
      : editedInWords(model, schedule, settings),
  }
}

function editedInWords(
  model: string,
  { spec }: ScheduleDescription,
  { window }: ModelSettings,
): string {
  const every = spec.intervals?.map((each) => formatDuration(Number(each.every))).join(' and ')
  const often = [
    ...(every ? [`every ${every}`] : []),
    ...(spec.calendars?.length ? ['by a calendar'] : []),
  ]
  return `the schedule of ${model} is not what the applied configuration says: it starts scans ${often.join(' and ') || 'never'}, and windows are ${formatDuration(window.length)} long; it was edited, or the last apply did not reach Temporal`
}

function stoppedBy(model: string, { state, info }: ScheduleDescription): string | null {
  if (state.paused) {
    const why = state.note ? `: ${state.note}` : ''
    return state.note === pausedOnPurpose ? null : `the schedule of ${model} is paused${why}`
  }
  return info.nextActionTimes.length === 0
    ? `the schedule of ${model} has no next run: it starts no more scans`
    : null
}

/** The scan under way, else the last one. */
async function failingOf(
  environment: Environment,
  { info }: ScheduleDescription,
): Promise<string | null> {
  const last = info.runningActions.at(-1) ?? info.recentActions.at(-1)?.action
  if (last === undefined) return null
  const { workflowId } = last.workflow
  const name = workflowId.slice(environment.prefix.length)
  try {
    const { status, raw } = await environment.client.workflow.getHandle(workflowId).describe()
    if (status.name === 'RUNNING') {
      const stuck = raw.pendingActivities?.find(({ attempt }) => (attempt ?? 0) >= manyAttempts)
      const { client } = environment
      const reason =
        (await storedMessage(client, stuck?.lastFailure?.cause)) ??
        (await storedMessage(client, stuck?.lastFailure))
      return stuck
        ? `${name} cannot go on: ${stuck.activityType?.name} failed ${manyAttempts} times in a row or more: ${reason ?? 'it was not answered in time'}`
        : null
    }
    if (status.name === 'COMPLETED') return null
    const why = await resultOf(environment, workflowId).then(
      () => 'it ended',
      (error: Error) => error.message,
    )
    return `${name} ended without a verdict (${status.name.toLowerCase()}): ${why}`
  } catch (error) {
    // Retention has taken it: it is long over.
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}
