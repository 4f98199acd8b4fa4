import { condition, getExternalWorkflowHandle, log, patched } from '@temporalio/workflow'
import type { BegunRollout } from '../activities/rollouts.ts'
import { freezeInWords } from '../contracts/freeze-text.ts'
import { messageNames, type ReleaseInput, workflowId } from '../contracts/messages.ts'
import type { ReleaseState } from '../contracts/release.ts'
import { thawPauseMs } from '../policies/freeze.ts'
import { policyActs, releaseActs, rolloutActs, servingActs } from './activities.ts'
import type { Mutex } from './mutex.ts'
import type { Answering } from './release-answers.ts'
import type { Rolling } from './release-orders.ts'
import { rollOut } from './rollout.ts'
import { startReview } from './start-once.ts'

export interface Ended {
  readonly state: ReleaseState
  readonly reason: string
  /** Of an absorbed reference: start of the first window that is held against it. */
  readonly windowsFrom?: string
}

export interface Passing {
  readonly answering: Answering
  readonly rolling: Rolling
  readonly mutex: Mutex
  /** It is on its way. */
  readonly show: () => void
  /** The cards as the record is now. */
  readonly update: () => void
}

/**
 * Puts what was approved in place. What was decided on is held against the world once more, and what is replaced
 * itself refuses when it is another one by then. A rollout that has begun goes on: its own steps moved the world.
 */
export async function passGate(passing: Passing): Promise<Ended> {
  const { answering, mutex, show } = passing
  const { input, targetGeneration } = answering
  const { evidenceDigest, release } = answering.gate!
  const acts = releaseActs(input.prefix)
  const begun = await begunBefore(input)
  if (begun === null && patched('freeze')) await thawed(answering, show)
  if (answering.withdrawable) {
    answering.withdrawable = false
    // A withdrawal that is being judged right now comes first.
    await mutex(async () => {})
  }
  const decided = answering.gate?.decided
  if (decided?.withdrew) return { state: 'rejected', reason: `withdrawn by ${decided.by}` }
  if (brokeGlass(answering)) await startReview(input)
  if (begun !== null) return walkSteps(passing, begun)
  const { digest } = await acts.currentEvidence({ release })
  if (digest !== evidenceDigest) {
    return { state: 'void', reason: 'the evidence changed between the decision and the move' }
  }
  await acts.setReleaseState({ release, state: 'promoting', reason: '' })
  if (input.subject === 'policy') return loosen(input)
  if (input.absorbs !== undefined) return absorb(input)
  const first = patched('rollout')
    ? await rolloutActs(input.prefix).beginRollout({
        ...{ release, model: input.model, candidate: input.candidateVersion },
        expectedGeneration: targetGeneration,
      })
    : null
  return first === null ? moveTraffic(input, targetGeneration) : walkSteps(passing, first)
}

/** Of a release whose workflow was lost while its traffic moved; null: it has not begun, or its model has no steps. */
const begunBefore = async ({ prefix, release, subject, absorbs }: ReleaseInput) =>
  subject === undefined && absorbs === undefined && patched('rollout-again')
    ? rolloutActs(prefix).findRollout({ release })
    : null

async function walkSteps(
  { answering, rolling, mutex, update }: Passing,
  begun: BegunRollout,
): Promise<Ended> {
  const { input } = answering
  const freezes = !brokeGlass(answering)
  const ended = await rollOut({ input, rolling, mutex, show: update, freezes }, begun)
  if (ended.state === 'promoted') {
    const { prefix, runKey, candidateVersion: version } = input
    await releaseActs(prefix).adoptReference({ runKey, version })
  }
  return ended
}

/** The freeze does not matter any more. */
const isOver = (answering: Answering): boolean =>
  brokeGlass(answering) || answering.gate?.decided?.withdrew === true

const brokeGlass = ({ gate }: Answering): boolean => gate?.decided?.brokeGlass === true

/**
 * Until no freeze holds, somebody breaks the glass, or somebody withdraws it. What it was approved on is looked at
 * afterwards, so that nothing old moves.
 */
async function thawed(answering: Answering, show: () => void): Promise<void> {
  const { model, prefix, release } = answering.input
  const acts = releaseActs(prefix)
  while (!isOver(answering)) {
    const nowMs = Date.now()
    const freeze = await acts.freezeAt({ model, at: new Date(nowMs).toISOString() })
    if (freeze === null) break
    const reason = freezeInWords(freeze, (iso) => iso)
    await acts.setReleaseState({ release, state: 'promoting', reason })
    answering.held = true
    // Of a release that was held before this could be, an answer on record would be judged otherwise.
    if (patched('withdraw')) answering.withdrawable = true
    show()
    await condition(() => isOver(answering), thawPauseMs(Date.parse(freeze.until), nowMs))
  }
  answering.held = false
}

async function moveTraffic(
  { model, prefix, runKey, candidateVersion: version }: ReleaseInput,
  expectedGeneration: string,
): Promise<Ended> {
  const acts = releaseActs(prefix)
  await acts.promote({ model, version, expectedGeneration })
  await servingActs(prefix).confirmServing({ model, version })
  await acts.adoptReference({ runKey, version })
  return { state: 'promoted', reason: `version ${version} serves` }
}

async function absorb({ prefix, release }: ReleaseInput): Promise<Ended> {
  const { origin, windowsFrom } = await releaseActs(prefix).absorbReference({ release })
  const by = origin.approvedBy.join(' and ')
  const reason = `approved by ${by}; windows from ${windowsFrom} on are held against what the log held from ${origin.from} to ${origin.to}`
  return { state: 'promoted', reason, windowsFrom }
}

/** What is asked for by the gate before is asked anew by the one that came into force. */
async function loosen({ prefix, release }: ReleaseInput): Promise<Ended> {
  const { configVersion, waiting } = await policyActs(prefix).adoptPolicy({ release })
  for (const other of waiting.filter((each) => each !== release)) {
    try {
      await getExternalWorkflowHandle(workflowId.release(prefix, other)).signal(
        messageNames.lookAgain,
      )
    } catch (error) {
      // It has ended meanwhile, or the next answer finds out.
      log.warn('not told to look again', { release: other, reason: String(error) })
    }
  }
  return {
    state: 'promoted',
    reason: `the gate of configuration version ${configVersion} is in force`,
  }
}
