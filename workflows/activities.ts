import { type ActivityOptions, proxyActivities } from '@temporalio/workflow'
import type { cardActivities } from '../activities/cards.ts'
import type { decisionActivities } from '../activities/decisions.ts'
import type { drillActivities } from '../activities/drills.ts'
import type { lostWorkActivities } from '../activities/find-lost-work.ts'
import type { healthActivities } from '../activities/follow-health.ts'
import type { troubleActivities } from '../activities/look-for-trouble.ts'
import type { outsideActivities } from '../activities/look-outside.ts'
import type { orderActivities } from '../activities/orders.ts'
import type { promotionActivities } from '../activities/promotion.ts'
import type { releaseActivities } from '../activities/releases.ts'
import type { reviewActivities } from '../activities/reviews.ts'
import type { rolloutActivities } from '../activities/rollouts.ts'
import type { scanActivities } from '../activities/scan.ts'
import type { stewardActivities } from '../activities/steward.ts'
import type { trainingActivities } from '../activities/training.ts'
import type { wayBackActivities } from '../activities/way-back.ts'
import { type TaskQueue, taskQueues } from '../contracts/messages.ts'

const retry = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const

/** Activities of one queue of the environment; which errors are tried again, the error table says. */
function onQueue<A extends object>(prefix: string, queue: TaskQueue, options: ActivityOptions) {
  return proxyActivities<A>({ taskQueue: `${prefix}${taskQueues[queue]}`, retry, ...options })
}

type Scan = ReturnType<typeof scanActivities>
type Training = ReturnType<typeof trainingActivities>
type Release = ReturnType<typeof releaseActivities> &
  ReturnType<typeof decisionActivities> &
  ReturnType<typeof promotionActivities>
type Steward = ReturnType<typeof stewardActivities>

/** Planning and judging of one window; a killed worker is noticed by its silence. */
export const scanActs = (prefix: string) =>
  onQueue<Scan>(prefix, 'scan', { startToCloseTimeout: '10m', heartbeatTimeout: '30s' })

/** Reading a stretch of a log: hours when there is much to catch up on, heard of every few seconds. */
export const logActs = (prefix: string) =>
  onQueue<
    Pick<
      Scan,
      | 'advanceLedger'
      | 'joinHalves'
      | 'backfillLedger'
      | 'joinBackfilled'
      | 'repairLedger'
      | 'countLabels'
      | 'advanceLabels'
      | 'measurePerformance'
      | 'estimatePerformance'
      | 'finishErasure'
    >
  >(prefix, 'scan', {
    startToCloseTimeout: '12h',
    heartbeatTimeout: '30s',
  })

/** What fails ten times in a quarter of an hour is left to the next round. */
export const houseActs = (prefix: string) =>
  onQueue<Pick<Scan, 'keepHouse'>>(prefix, 'scan', {
    startToCloseTimeout: '12h',
    heartbeatTimeout: '30s',
    retry: { ...retry, maximumInterval: '5m', maximumAttempts: 10 },
  })

export const stewardActs = (prefix: string) =>
  onQueue<Steward>(prefix, 'orchestration', { startToCloseTimeout: '1m' })

type Cards = ReturnType<typeof cardActivities>

/** A chat that does not answer keeps nobody waiting: what is left undone, the next round of repairs does. */
export const cardActs = (prefix: string) =>
  onQueue<Pick<Cards, 'showCards' | 'remind'>>(prefix, 'orchestration', {
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '2m',
  })

type Trouble = ReturnType<typeof troubleActivities> & ReturnType<typeof lostWorkActivities>

/** Every card that is open, and every model, one after another; the next round does what this one could not. */
export const repairActs = (prefix: string) =>
  onQueue<Pick<Cards, 'repairCards'> & Trouble>(prefix, 'orchestration', {
    startToCloseTimeout: '15m',
    retry: { maximumAttempts: 1 },
  })

/** Servers of others, of every model: what they do not say now, they say in the next round. */
export const outsideActs = (prefix: string) =>
  onQueue<ReturnType<typeof outsideActivities>>(prefix, 'release', {
    scheduleToCloseTimeout: '2m',
    retry: { maximumAttempts: 1 },
  })

export const trainingActs = (prefix: string) =>
  onQueue<Training>(prefix, 'training', { startToCloseTimeout: '15m', heartbeatTimeout: '60s' })

/**
 * Attempt after attempt, a look each, until the job has ended; the activity ends it by the configured timeout.
 * `waits`: of a history that was begun when one attempt followed the job and ended it when it was cancelled.
 */
export const followActs = (prefix: string, { waits }: { waits: boolean }) =>
  onQueue<Pick<Training, 'followTraining'>>(prefix, 'training', {
    startToCloseTimeout: '5m',
    heartbeatTimeout: '30s',
    cancellationType: waits ? 'WAIT_CANCELLATION_COMPLETED' : 'TRY_CANCEL',
  })

export const releaseActs = (prefix: string) =>
  onQueue<Release>(prefix, 'release', { startToCloseTimeout: '2m' })

/** What a person waits for: an attempt whose worker died is repeated soon. */
export const answerActs = (prefix: string) =>
  onQueue<Pick<Release, 'checkAnswer' | 'recordDecision'>>(prefix, 'release', {
    startToCloseTimeout: '15s',
  })

/** Quick, and nothing else moves meanwhile. */
export const policyActs = (prefix: string) =>
  onQueue<Pick<Release, 'adoptPolicy'>>(prefix, 'release', { startToCloseTimeout: '15s' })

export const reviewActs = (prefix: string) =>
  onQueue<ReturnType<typeof reviewActivities>>(prefix, 'release', { startToCloseTimeout: '1m' })

/** A server that does not follow its registry is waited for, not for ever. */
export const servingActs = (prefix: string) =>
  onQueue<Pick<Release, 'confirmServing'>>(prefix, 'release', {
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '15m',
  })

type Drill = ReturnType<typeof drillActivities>

/** The record of drills. */
export const drillActs = (prefix: string) =>
  onQueue<Drill>(prefix, 'orchestration', { startToCloseTimeout: '1m' })

/** A step of a drill that fails for the moment is tried again for so many milliseconds: then its station has failed. */
export const stationActs = (prefix: string, patience: number) => {
  const options = { startToCloseTimeout: '10m', scheduleToCloseTimeout: patience } as const
  return {
    training: onQueue<Training>(prefix, 'training', { ...options, heartbeatTimeout: '60s' }),
    cards: onQueue<Pick<Cards, 'showCards'>>(prefix, 'orchestration', options),
    answers: onQueue<Pick<Drill, 'answerDrill'>>(prefix, 'orchestration', options),
    rollout: onQueue<Pick<Release, 'rehearseRollout'>>(prefix, 'release', options),
  }
}

/** Looks at the job of a drill until it has ended, or so many milliseconds are over. */
export const drillFollowActs = (prefix: string, longest: number) =>
  onQueue<Pick<Training, 'followTraining'>>(prefix, 'training', {
    startToCloseTimeout: '5m',
    scheduleToCloseTimeout: longest,
    heartbeatTimeout: '30s',
  })

export const orderActs = (prefix: string) =>
  onQueue<ReturnType<typeof orderActivities>>(prefix, 'release', { startToCloseTimeout: '15s' })

type Rollouts = ReturnType<typeof rolloutActivities> & ReturnType<typeof wayBackActivities>

/** A registry that is away is waited for: what is known is that nothing has moved, or that it has. */
export const rolloutActs = (prefix: string) =>
  onQueue<Omit<Rollouts, 'confirmTraffic'>>(prefix, 'release', { startToCloseTimeout: '2m' })

/** A server that does not follow is waited for, not for ever: then the step is taken back. */
export const trafficActs = (prefix: string) =>
  onQueue<Pick<Rollouts, 'confirmTraffic'>>(prefix, 'release', {
    startToCloseTimeout: '1m',
    scheduleToCloseTimeout: '5m',
  })

/** Look after look, an attempt each, for as long as a step takes. */
export const healthActs = (prefix: string) =>
  onQueue<ReturnType<typeof healthActivities>>(prefix, 'scan', {
    startToCloseTimeout: '10m',
    heartbeatTimeout: '30s',
    cancellationType: 'TRY_CANCEL',
  })
