import type { ReleaseState } from '../contracts/release.ts'
import type { Gate } from '../policies/gate.ts'
import { releaseActs, servingActs } from './activities.ts'
import type { Answering } from './release-answers.ts'

/**
 * Moves the traffic to the candidate. What was decided on is held against the world once more, and
 * the target itself refuses when anybody moved it since.
 */
export async function moveTraffic(
  { input, targetGeneration }: Answering,
  { evidenceDigest, release }: Gate,
): Promise<{ state: ReleaseState; reason: string }> {
  const { model, prefix, runKey, candidateVersion: version } = input
  const acts = releaseActs(prefix)
  const { digest } = await acts.currentEvidence({ release })
  if (digest !== evidenceDigest) {
    return { state: 'void', reason: 'the evidence changed between the decision and the move' }
  }
  await acts.setReleaseState({ release, state: 'promoting', reason: '' })
  await acts.promote({ model, version, expectedGeneration: targetGeneration })
  await servingActs(prefix).confirmServing({ model, version })
  await acts.adoptReference({ runKey })
  return { state: 'promoted', reason: `version ${version} serves` }
}
