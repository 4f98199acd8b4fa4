import type { AbsorbInput, AbsorbResult } from '../contracts/absorb.ts'
import { messageNames } from '../contracts/messages.ts'
import { absorbedKinds } from '../policies/absorption.ts'
import { scanActs, stewardActs } from './activities.ts'
import { showPhase } from './phase.ts'

/** A reference is proposed from what the log holds; the steward puts it at the gate. */
export async function absorb(input: AbsorbInput): Promise<AbsorbResult> {
  const { model, prefix, ask, person } = input
  showPhase(model, 'proposing')
  const proposal = await scanActs(prefix).proposeReference(input)
  if (input.dryRun) {
    showPhase(model, 'shown')
    return { proposal, release: null }
  }
  const { release } = await stewardActs(prefix).reserveRelease({ model, runKey: ask })
  await stewardActs(prefix).tellSteward({
    prefix,
    model,
    signal: messageNames.absorbRequested,
    message: {
      eventId: `absorb/${model}/${ask}`,
      ...{ runKey: ask, version: proposal.version, person },
      absorbs: absorbedKinds(proposal.accepted),
    },
  })
  showPhase(model, 'proposed')
  return { proposal, release }
}
