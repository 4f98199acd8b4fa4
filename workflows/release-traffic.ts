import type { ReleaseInput } from '../contracts/messages.ts'
import type { ReleaseState } from '../contracts/release.ts'
import type { Gate } from '../policies/gate.ts'
import { releaseActs, servingActs } from './activities.ts'
import type { Answering } from './release-answers.ts'

export interface Ended {
  readonly state: ReleaseState
  readonly reason: string
  /** Of an absorbed reference: start of the first window that is held against it. */
  readonly windowsFrom?: string
}

/**
 * Puts what was approved in place. What was decided on is held against the world once more, and what is replaced
 * itself refuses when it is another one by then.
 */
export async function passGate(
  { input, targetGeneration }: Answering,
  { evidenceDigest, release }: Gate,
): Promise<Ended> {
  const acts = releaseActs(input.prefix)
  const { digest } = await acts.currentEvidence({ release })
  if (digest !== evidenceDigest) {
    return { state: 'void', reason: 'the evidence changed between the decision and the move' }
  }
  await acts.setReleaseState({ release, state: 'promoting', reason: '' })
  return input.absorbs === undefined ? moveTraffic(input, targetGeneration) : absorb(input)
}

async function moveTraffic(
  { model, prefix, runKey, candidateVersion: version }: ReleaseInput,
  expectedGeneration: string,
): Promise<Ended> {
  const acts = releaseActs(prefix)
  await acts.promote({ model, version, expectedGeneration })
  await servingActs(prefix).confirmServing({ model, version })
  await acts.adoptReference({ runKey })
  return { state: 'promoted', reason: `version ${version} serves` }
}

async function absorb({ prefix, release }: ReleaseInput): Promise<Ended> {
  const { origin, windowsFrom } = await releaseActs(prefix).absorbReference({ release })
  const by = origin.approvedBy.join(' and ')
  const reason = `approved by ${by}; windows from ${windowsFrom} on are held against what the log held from ${origin.from} to ${origin.to}`
  return { state: 'promoted', reason, windowsFrom }
}
