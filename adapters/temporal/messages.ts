import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import type { AbsorbInput } from '../../contracts/absorb.ts'
import type { StormReleased } from '../../contracts/admission.ts'
import { type DrillInput, drillWorkflowId } from '../../contracts/drill.ts'
import {
  type AbsorbMessage,
  type AcknowledgeMessage,
  type ChildEnded,
  messageNames,
  type PolicyMessage,
  type RetrainRequest,
  type TroubleMessage,
  taskQueues,
  type VerdictMessage,
  workflowId,
  workflowNames,
} from '../../contracts/messages.ts'
import type { PerformanceMessage } from '../../contracts/performance-finding.ts'
import type { RecomputeRange } from '../../contracts/recompute.ts'
import type { DecisionMessage, Outcome } from '../../contracts/release.ts'
import type { ReinstateMessage } from '../../contracts/release-messages.ts'
import type { StewardState } from '../../contracts/steward.ts'
import { codedUpdate, orNull, toCoded } from './workflow-errors.ts'

/** What a steward can be told, by the name of the Signal. */
export interface StewardMessages {
  'verdict-reached': VerdictMessage
  'performance-judged': PerformanceMessage
  'child-ended': ChildEnded
  'retrain-requested': RetrainRequest
  'absorb-requested': AbsorbMessage
  'policy-requested': PolicyMessage
  'reinstate-requested': ReinstateMessage
  acknowledged: AcknowledgeMessage
  'storm-released': StormReleased
  'trouble-seen': TroubleMessage
}

export interface Environment {
  readonly client: Client
  readonly prefix: string
}

/** Tells the steward of a model, and starts it when there is none. */
export async function tellSteward<Name extends keyof StewardMessages>(
  { client, prefix }: Environment,
  model: string,
  signal: Name,
  message: StewardMessages[Name],
): Promise<void> {
  await client.workflow.signalWithStart(workflowNames.steward, {
    workflowId: workflowId.steward(prefix, model),
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ model, prefix }],
    signal,
    signalArgs: [message],
  })
}

/** Starts the steward of a model where there is none: it goes on from the record, and starts what it had under way. */
export async function startSteward({ client, prefix }: Environment, model: string): Promise<void> {
  await client.workflow.start(workflowNames.steward, {
    workflowId: workflowId.steward(prefix, model),
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ model, prefix }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
}

/** The state of a model's life as its steward knows it; null when no steward runs. */
export const stewardState = (
  { client, prefix }: Environment,
  model: string,
): Promise<StewardState | null> =>
  orNull(() =>
    client.workflow.getHandle(workflowId.steward(prefix, model)).query(messageNames.state),
  )

/**
 * A person's answer to a release, or to its review, judged and recorded when this returns. The same `updateId` is one answer however
 * often it is sent. Null when the release is closed or unknown: PostgreSQL knows how it ended.
 * Errors: the code of whatever the release answered, DECISION_MALFORMED among them.
 */
export const decide = (
  environment: Environment,
  release: string,
  message: DecisionMessage,
  updateId: string,
  about: 'release' | 'review' = 'release',
): Promise<Outcome | null> =>
  decideAt(environment, workflowId[about](environment.prefix, release), message, updateId)

/** The same of the workflow of that id. */
export function decideAt(
  { client }: Environment,
  id: string,
  message: DecisionMessage,
  updateId: string,
): Promise<Outcome | null> {
  const handle = client.workflow.getHandle(id)
  return orNull(() =>
    codedUpdate(() =>
      handle.executeUpdate<Outcome, [DecisionMessage]>(messageNames.decide, {
        args: [message],
        updateId,
      }),
    ),
  )
}

/** The same answer, without waiting for what becomes of it. Null when the release is closed or unknown. */
export const signalDecision = (
  { client, prefix }: Environment,
  release: string,
  message: DecisionMessage,
): Promise<true | null> =>
  orNull(async () => {
    const handle = client.workflow.getHandle(workflowId.release(prefix, release))
    await handle.signal(messageNames.decide, message)
    return true as const
  })

/** Tells a release that what it shows may not be so any more. Null when it is closed or unknown. */
export const lookAgain = ({ client, prefix }: Environment, release: string): Promise<true | null> =>
  orNull(async () => {
    await client.workflow
      .getHandle(workflowId.release(prefix, release))
      .signal(messageNames.lookAgain)
    return true as const
  })

/**
 * A scan asked for by hand, of the window that was due at `scheduledAt` (ISO 8601). Asked twice it is
 * the same run. Returns its workflow id.
 */
export async function startScan(
  { client, prefix }: Environment,
  model: string,
  scheduledAt: string,
): Promise<string> {
  const id = workflowId.scan(prefix, model, scheduledAt)
  try {
    await client.workflow.start(workflowNames.scan, {
      workflowId: id,
      taskQueue: `${prefix}${taskQueues.orchestration}`,
      args: [{ model, prefix, scheduledAt }],
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
  return id
}

/**
 * Dead letters of a model fetched again, as a person asked for. While a run is under way it is that one. Returns its
 * workflow id.
 */
export async function startRepair({ client, prefix }: Environment, model: string): Promise<string> {
  const id = workflowId.repair(prefix, model)
  await client.workflow.start(workflowNames.repair, {
    workflowId: id,
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ model, prefix }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
  return id
}

/** What is left of an erasure done. The same one is one run while it is under way. Returns its workflow id. */
export async function startErase(
  { client, prefix }: Environment,
  model: string,
  erasure: number,
): Promise<string> {
  const id = workflowId.erase(prefix, model, erasure)
  await client.workflow.start(workflowNames.erase, {
    workflowId: id,
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ model, prefix, erasure }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
  return id
}

/**
 * Older records of a model read into its reading in force, as a person asked for. While a run is under way it is that
 * one. Returns its workflow id.
 */
export async function startBackfill(
  { client, prefix }: Environment,
  model: string,
  since: string,
): Promise<string> {
  const id = workflowId.backfill(prefix, model)
  await client.workflow.start(workflowNames.backfill, {
    workflowId: id,
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ model, prefix, since }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
  return id
}

/** A reference proposed from what the log holds. The same wish is one run, even once it has ended. Returns its workflow id. */
export async function startAbsorb(
  { client, prefix }: Environment,
  input: Omit<AbsorbInput, 'prefix'>,
): Promise<string> {
  const id = workflowId.absorb(prefix, input.model, input.ask)
  try {
    await client.workflow.start(workflowNames.absorb, {
      workflowId: id,
      taskQueue: `${prefix}${taskQueues.orchestration}`,
      args: [{ ...input, prefix }],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
  }
  return id
}

/**
 * Verdicts of a model judged again, as a person asked for; the same range twice at once is one run. Returns its
 * workflow id.
 */
export async function startRecompute(
  { client, prefix }: Environment,
  model: string,
  range: RecomputeRange,
): Promise<string> {
  const id = workflowId.recompute(prefix, model, range)
  await client.workflow.start(workflowNames.recompute, {
    workflowId: id,
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ model, prefix, ...range }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
  return id
}

/** A release rehearsed, as a person asked for; asked again under the same name it is one run. Returns its workflow id. */
export async function startDrill(
  { client, prefix }: Environment,
  input: Omit<DrillInput, 'prefix'> & { readonly asked: string },
): Promise<string> {
  const id = drillWorkflowId.asked(prefix, input.model, input.asked)
  await client.workflow.start(workflowNames.drill, {
    workflowId: id,
    taskQueue: `${prefix}${taskQueues.orchestration}`,
    args: [{ ...input, prefix }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
  return id
}

/** Asks a workflow to end; null when there is none that runs. */
export const cancelWorkflow = ({ client }: Environment, id: string): Promise<true | null> =>
  orNull(async () => {
    await client.workflow.getHandle(id).cancel()
    return true as const
  })

/** Waits for a scan and returns its verdict; errors by their code. */
export const scanResult = (environment: Environment, id: string): Promise<VerdictMessage> =>
  resultOf(environment, id) as Promise<VerdictMessage>

/** Waits for a workflow and returns its result; errors by their code. */
export async function resultOf({ client }: Environment, id: string): Promise<unknown> {
  try {
    return await client.workflow.getHandle(id).result()
  } catch (error) {
    throw toCoded((error as Error).cause, error)
  }
}
