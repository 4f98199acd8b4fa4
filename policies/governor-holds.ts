import { freezeInWords } from '../contracts/freeze-text.ts'
import type { GovernorSettings, StewardState } from '../contracts/steward.ts'

/** Why nothing starts by itself now, whatever asks for it; null: something may. */
export function heldBack(
  state: StewardState,
  settings: GovernorSettings,
  person: string,
  nowMs: number,
): string | null {
  if (state.held !== null) return `${state.held}; ${person}`
  const gainless = settings.limits?.gainless ?? Number.POSITIVE_INFINITY
  if (state.gainless >= gainless) {
    return `the last ${state.gainless} retraining(s) gained nothing; ${person}`
  }
  const frozen = frozenWords(settings)
  if (frozen !== null) return frozen
  const cooling = cooldownLeft(state, settings, nowMs)
  return cooling > 0 ? `cooling down until ${new Date(nowMs + cooling).toISOString()}` : null
}

export const frozenWords = ({ limits }: GovernorSettings): string | null =>
  limits?.freeze ? `retraining is ${freezeInWords(limits.freeze, (iso) => iso)}` : null

/** Milliseconds until the cooldown after the latest retraining is over. */
export function cooldownLeft(
  { lastEndedAt }: StewardState,
  { cooldown }: GovernorSettings,
  nowMs: number,
): number {
  return lastEndedAt === null ? 0 : Math.max(0, Date.parse(lastEndedAt) + cooldown - nowMs)
}
