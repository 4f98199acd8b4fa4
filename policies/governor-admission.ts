import type { Admission } from '../contracts/admission.ts'
import type { StewardState } from '../contracts/steward.ts'
import { tellCauses } from './causes.ts'
import type { Governed } from './governor.ts'

/** What a storm held is asked for again at once. */
export function unheld(state: StewardState): StewardState {
  if (state.wanted?.parked?.by !== 'storm') return state
  const { parked: _, ...wanted } = state.wanted
  return { ...state, wanted }
}

/** What was asked for starts, or is put off and says until when; what a person's request passed by is on record with it. */
export function admitted(state: StewardState, admission: Admission): Governed {
  if (state.wanted === null || state.retraining !== null) return { state, command: null }
  if (admission.outcome === 'parked') {
    const { parked } = admission
    const wanted = { ...state.wanted, parked }
    return { state: tellCauses({ ...state, wanted }, parked.reason), command: null }
  }
  const { parked: _, ...rest } = state.wanted
  const { runKey, passed } = admission
  const reason = passed === null ? rest.reason : `${rest.reason} (${passed}, and a person asked)`
  const wanted = { ...rest, reason }
  return {
    state: { ...state, wanted },
    command: { kind: 'start-retraining', wanted, runKey },
  }
}
