import type { Client, ScheduleOptions } from '@temporalio/client'
import type { Settings } from '../../contracts/config.ts'
import { drillWorkflowId } from '../../contracts/drill.ts'
import { taskQueues, workflowNames } from '../../contracts/messages.ts'
import { createOrUpdate, describeOrNull, sameSchedule } from './schedules.ts'

/**
 * Makes the schedules of drills those of the settings: one for each model with a section `drill`, all others under the
 * prefix deleted. Said again, it changes nothing. Whether one is paused is left as somebody set it.
 */
export async function makeDrillSchedulesMatch(
  client: Client,
  { temporal, models }: Pick<Settings, 'temporal' | 'models'>,
): Promise<void> {
  const { prefix } = temporal
  const wanted = new Map<string, ScheduleOptions & { scheduleId: string }>()
  for (const [model, { drill }] of Object.entries(models)) {
    if (drill !== undefined) wanted.set(model, scheduleOf(prefix, model, drill.every))
  }
  for (const schedule of wanted.values()) {
    const found = await describeOrNull(client.schedule.getHandle(schedule.scheduleId))
    if (found === null || !sameSchedule(found, schedule)) await createOrUpdate(client, schedule)
  }
  const stem = drillWorkflowId.schedule(prefix, '')
  for await (const { scheduleId } of client.schedule.list()) {
    if (!scheduleId.startsWith(stem) || wanted.has(scheduleId.slice(stem.length))) continue
    const handle = client.schedule.getHandle(scheduleId)
    // The list lags behind: what is deleted already is no orphan.
    if ((await describeOrNull(handle)) !== null) await handle.delete()
  }
}

function scheduleOf(prefix: string, model: string, every: number) {
  const id = drillWorkflowId.schedule(prefix, model)
  return {
    scheduleId: id,
    spec: { intervals: [{ every, offset: offsetOf(model, every) }], jitter: 0 },
    action: {
      type: 'startWorkflow' as const,
      workflowType: workflowNames.drill,
      workflowId: id,
      taskQueue: `${prefix}${taskQueues.orchestration}`,
      args: [{ model, prefix }],
    },
    // One that hangs is told as overdue; a second one beside it would prove nothing more.
    policies: { overlap: 'SKIP' as const, catchupWindow: 60_000, pauseOnFailure: false },
  }
}

/** Models rehearse one after another, not all at midnight: by a hash of their names (FNV-1a). */
function offsetOf(model: string, every: number): number {
  let hash = 0x811c9dc5
  for (const letter of model) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0
  return Math.floor((hash / 2 ** 32) * (every / 1_000)) * 1_000
}
