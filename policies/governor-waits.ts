import type { GovernorSettings, StewardState } from '../contracts/steward.ts'
import { isByRule } from './causes.ts'
import { consider, cooldownLeft } from './governor-wishes.ts'

/** Milliseconds until a retraining may be due; null: only an event changes anything. */
export function nextTry(
  state: StewardState,
  settings: GovernorSettings,
  nowMs: number,
): number | null {
  if (state.retraining !== null || state.release !== null) return null
  const thaw = thawLeft(settings, nowMs)
  if (state.wanted !== null) {
    const { parked } = state.wanted
    if (isByRule(state.wanted) && thaw > 0) return thaw
    if (parked !== undefined) return Math.max(1, Date.parse(parked.lookAt) - nowMs)
    return settings.labelPoll
  }
  const cooling = cooldownLeft(state, settings, nowMs)
  const wait = Math.max(cooling, thaw)
  if (wait <= 0) return null
  const would = consider({ ...state, lastEndedAt: null }, thawed(settings), nowMs).command !== null
  return would ? wait : null
}

/** Milliseconds until the freeze of retraining is over. */
const thawLeft = ({ limits }: GovernorSettings, nowMs: number): number =>
  limits?.freeze == null ? 0 : Math.max(1, Date.parse(limits.freeze.until) - nowMs)

const thawed = (settings: GovernorSettings): GovernorSettings =>
  settings.limits === undefined
    ? settings
    : { ...settings, limits: { ...settings.limits, freeze: null } }
