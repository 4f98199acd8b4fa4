import type { GovernorSettings, StewardState } from '../contracts/steward.ts'
import { isByRule } from './causes.ts'
import { cooldownLeft } from './governor-holds.ts'
import { refreshLeft } from './governor-refresh.ts'
import { consider } from './governor-wishes.ts'

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
    const left = parked === undefined ? 0 : Date.parse(parked.lookAt) - nowMs
    // What is due and still waits does so for broken data: it is looked at no more often than labels are.
    return left > 0 ? left : settings.labelPoll
  }
  const wait = Math.max(cooldownLeft(state, settings, nowMs), thaw)
  const waits = [
    ...(wait > 0 && starts(state, freed(settings), nowMs) ? [wait] : []),
    ...untilRefresh(state, settings, wait, nowMs),
  ]
  return waits.length === 0 ? null : Math.min(...waits)
}

/** What time alone brings about, once nothing but `wait` keeps it. */
function untilRefresh(
  state: StewardState,
  settings: GovernorSettings,
  wait: number,
  nowMs: number,
): number[] {
  const refresh = refreshLeft(state, settings, nowMs)
  if (refresh === null || Math.max(refresh, wait) <= 0) return []
  const left = Math.max(refresh, wait)
  return starts(state, freed(settings), nowMs + left) ? [left] : []
}

const starts = (state: StewardState, settings: GovernorSettings, nowMs: number): boolean =>
  consider(state, settings, nowMs).command !== null

/** As if neither a freeze nor a cooldown held. */
const freed = (settings: GovernorSettings): GovernorSettings => ({
  ...{ ...settings, cooldown: 0 },
  ...(settings.limits && { limits: { ...settings.limits, freeze: null } }),
})

/** Milliseconds until the freeze of retraining is over. */
const thawLeft = ({ limits }: GovernorSettings, nowMs: number): number =>
  limits?.freeze == null ? 0 : Math.max(1, Date.parse(limits.freeze.until) - nowMs)
