import type { Incident } from '../contracts/incident.ts'
import type { AbsorbMessage, ChildEnded, ReleaseInput } from '../contracts/messages.ts'
import type { StewardState } from '../contracts/steward.ts'
import { withoutReasons } from './causes.ts'
import type { Governed } from './governor.ts'
import { resolved } from './incidents.ts'

type ReleaseEnded = Extract<ChildEnded, { child: 'release' }>

/** A reference that a person proposed goes to the gate, whatever else runs: it moves no traffic. */
export const absorbAsked = (state: StewardState, message: AbsorbMessage): Governed => ({
  state,
  command: {
    kind: 'start-release',
    runKey: message.runKey,
    candidateVersion: message.version,
    incident: state.drift?.state === 'open' ? state.drift.id : null,
    requestedBy: [message.person],
    absorbs: message.absorbs,
  },
})

export const absorbingStarted = (state: StewardState, input: ReleaseInput): StewardState =>
  noted(
    { ...state, absorbing: [...state.absorbing, input] },
    `release ${input.release} asks whether it is the new normal`,
    input.release,
  )

/** The proposed reference that a release stood for; undefined: it stood for a version. */
export const absorbingOf = (state: StewardState, { release }: ReleaseEnded) =>
  state.absorbing.find((input) => input.release === release)

/**
 * A reference in force ends the incidents that it absorbs, and what was seen against the one before says nothing any
 * more. Anything else changes nothing: the incident stays open, and the trail says why.
 */
export function afterAbsorbing(
  state: StewardState,
  input: ReleaseInput,
  ended: ReleaseEnded,
  nowMs: number,
): StewardState {
  const absorbing = state.absorbing.filter(({ release }) => release !== input.release)
  const left = { ...state, absorbing }
  const reason = ended.reason ? `: ${ended.reason}` : ''
  if (ended.state !== 'promoted') {
    const how = `release ${input.release}, which would have absorbed it, ended as ${ended.state}${reason}`
    return noted(left, how, input.release)
  }
  const close = (incident: Incident | null): Incident | null => {
    if (incident?.state !== 'open' || !input.absorbs?.includes(incident.kind)) return incident
    const how = `absorbed by release ${input.release}${reason}`
    return resolved({ ...incident, release: input.release }, 'absorbed', how, nowMs)
  }
  const drift = close(state.drift)
  // A model that does worse does so whatever its inputs are held against.
  const next = {
    ...left,
    drift,
    dataQuality: close(state.dataQuality),
    windows: [],
    absorbedBefore: ended.windowsFrom ?? state.absorbedBefore,
  }
  return drift === state.drift ? next : withoutReasons(next)
}

function noted(state: StewardState, next: string, release: string): StewardState {
  if (state.drift?.state !== 'open') return state
  return { ...state, drift: { ...state.drift, release, next } }
}
