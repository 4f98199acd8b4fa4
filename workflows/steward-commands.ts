import {
  type ReleaseInput,
  type RetrainInput,
  workflowId,
  workflowNames,
} from '../contracts/messages.ts'
import type { GovernorSettings } from '../contracts/steward.ts'
import { type Command, type Governed, govern } from '../policies/governor.ts'
import { absorbingStarted } from '../policies/governor-absorbing.ts'
import { releaseStarted, retrainingStarted } from '../policies/governor-outcomes.ts'
import { policyStarted } from '../policies/governor-policies.ts'
import { logActs, stewardActs } from './activities.ts'
import { startOnce } from './start-once.ts'

interface Scene {
  readonly model: string
  readonly prefix: string
  readonly settings: GovernorSettings
}

/** Does what the governor says, and what it says to that. */
export async function obey(
  { state }: Governed,
  command: Command,
  { model, prefix, settings }: Scene,
): Promise<Governed> {
  switch (command.kind) {
    case 'count-labels': {
      const { labels } = await logActs(prefix).countLabels({ model, from: command.from })
      return govern(state, { kind: 'labels-counted', labels }, settings, Date.now())
    }
    case 'admit-retraining': {
      const { wanted } = command
      const admission = await stewardActs(prefix).admitRetraining({ model, wanted })
      return govern(state, { kind: 'admitted', admission }, settings, Date.now())
    }
    case 'start-retraining': {
      const { wanted } = command
      const runKey =
        command.runKey ?? (await stewardActs(prefix).nameRetraining({ model, wanted })).runKey
      const { incident, alsoFor, from, requestedBy, reason } = wanted
      const input = {
        ...{ model, prefix, runKey, incident, from, requestedBy, reason },
        ...(alsoFor && { alsoFor }),
      }
      await startRetraining(input)
      return { state: retrainingStarted(state, input), command: null }
    }
    case 'start-release': {
      const { runKey, candidateVersion, incident } = command
      const { again } = command
      const numbered = { model, runKey: again?.eventId ?? runKey }
      const { release } = await stewardActs(prefix).reserveRelease(numbered)
      const requestedBy = [...command.requestedBy]
      const asked = { model, prefix, release, runKey, candidateVersion, incident, requestedBy }
      if (command.subject === 'policy') {
        const input = { ...asked, subject: command.subject }
        await startRelease(input)
        return { state: policyStarted(state, input), command: null }
      }
      if (command.absorbs === undefined) {
        const input = {
          ...{ ...asked, ...(command.compared && { compared: command.compared }) },
          ...(again && { reinstates: again.reinstates }),
        }
        await startRelease(input)
        return { state: releaseStarted(state, input), command: null }
      }
      const input = { ...asked, absorbs: [...command.absorbs] }
      await startRelease(input)
      return { state: absorbingStarted(state, input), command: null }
    }
  }
}

export const startRetraining = (input: RetrainInput): Promise<void> =>
  startOnce(
    workflowNames.retrain,
    workflowId.retrain(input.prefix, input.model, input.runKey),
    input,
  )

export const startRelease = (input: ReleaseInput): Promise<void> =>
  startOnce(workflowNames.release, workflowId.release(input.prefix, input.release), input)
