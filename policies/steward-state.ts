import type { StewardState } from '../contracts/steward.ts'

/** Event ids that are remembered, more than any sender repeats. */
const seenLimit = 500

/** A model that nothing has happened to yet. */
export const newSteward = (model: string): StewardState => ({
  schema: 'driftgate-steward/1',
  model,
  seen: [],
  windows: [],
  drift: null,
  dataQuality: null,
  performance: null,
  performanceWindows: { labels: [], estimate: [] },
  performanceFrom: null,
  notices: [],
  held: null,
  wanted: null,
  retraining: null,
  release: null,
  absorbing: [],
  policies: [],
  absorbedBefore: null,
  lastEndedAt: null,
  lastPromotion: null,
  gainless: 0,
  refresh: null,
})

/** The state that knows the event; null when it knew it already. */
export function remember(state: StewardState, eventId: string): StewardState | null {
  if (state.seen.includes(eventId)) return null
  return { ...state, seen: [...state.seen, eventId].slice(-seenLimit) }
}
