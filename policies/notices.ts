import type { RetrainResult, VerdictMessage } from '../contracts/messages.ts'
import type { Notice, NoticeCause } from '../contracts/notice.ts'
import type { StewardState } from '../contracts/steward.ts'
import type { StewardEvent } from './governor.ts'

/**
 * What the owners of a model are told of: one open notice for each cause, which knows the latest of it and is resolved
 * where it stands.
 */
export function notice(state: StewardState, event: StewardEvent, nowMs: number): StewardState {
  switch (event.kind) {
    case 'verdict':
      return afterVerdict(state, event.message, nowMs)
    case 'child-ended':
      return event.message.child === 'retrain'
        ? afterRetraining(state, event.message.result, nowMs)
        : state
    case 'trouble': {
      const { cause, trouble, ended = 'it works again', urgent } = event.message
      return trouble === null
        ? over(state, cause, ended, nowMs)
        : seen(state, cause, { headline: trouble, next: nextOf[cause] }, nowMs, urgent)
    }
    default:
      return state
  }
}

const nextOf: Readonly<Record<NoticeCause, string>> = {
  RETRAINING_FAILED: 'a retraining that is asked for again may end better',
  STALE: 'it is over with the first window that holds rows',
  INCOMPLETE_WINDOW: 'it is over with the next window that is complete',
  SCAN_FAILING: 'the scan is tried again; later windows wait for it',
  SCHEDULE_STOPPED: 'no window is judged until it runs again, or a person asks for scans',
  CARD_BEHIND: 'it is tried again every minute',
  STORM:
    'it ends when a person releases the models that it holds, or most of their incidents are over',
  GUARD_FLOOD:
    'it is over when five minutes are as usual again; nothing is retrained, since no refused input reached the model',
  TRAFFIC_MOVED:
    'no machine moves it back: acknowledge it if it shall stay, else put back what was; open requests are void',
  ROLLBACK_MISSING: 'no release of this model could go back until the version is there again',
  SCHEDULE_EDITED: 'it is left as it is until the next "driftgate apply"',
  WORK_STOPPED: 'it is not started again by itself, since it would fail again',
  DELIVERY_NOT_READY: 'it is over with the next drill that passes',
}

/** Whoever should see these may be unable to: others are told at once. */
const atOnce: readonly NoticeCause[] = ['CARD_BEHIND']

/** No data for a verdict is told; what ends it is a later window that has some. */
function afterVerdict(state: StewardState, message: VerdictMessage, nowMs: number): StewardState {
  const { verdict, window, headline } = message
  const latest = state.windows.at(-1)
  // An older window, judged late, says nothing of how it is now.
  if (latest !== undefined && window.start < latest.window.start) return state
  return (['STALE', 'INCOMPLETE_WINDOW'] as const).reduce(
    (before, cause) =>
      verdict === cause
        ? seen(before, cause, { headline, next: nextOf[cause] }, nowMs)
        : over(before, cause, `the window from ${window.start} is ${verdict}`, nowMs),
    state,
  )
}

/** While a retraining is held because many models breached at once, its owners are told so. */
export function noticeStorm(state: StewardState, nowMs: number): StewardState {
  const { parked } = state.wanted ?? {}
  if (parked?.by !== 'storm') return over(state, 'STORM', 'nothing is held any more', nowMs)
  if (openNotice(state, 'STORM') !== undefined) return state
  return seen(state, 'STORM', { headline: parked.reason, next: nextOf.STORM }, nowMs)
}

/** A job that failed or is lost is told; any later one that ended otherwise takes it back. */
function afterRetraining(state: StewardState, result: RetrainResult, nowMs: number): StewardState {
  const { runKey, outcome, reason } = result
  // Told by a retraining that is not under way any more.
  if (state.retraining?.runKey !== runKey) return state
  const cause = 'RETRAINING_FAILED'
  if (outcome === 'candidate' || outcome === 'not-better') {
    return over(state, cause, `retraining ${runKey} ended with a version`, nowMs)
  }
  const headline =
    outcome === 'lost'
      ? `nobody knows how retraining ${runKey} ended: ${reason}`
      : `retraining ${runKey} failed: ${reason}`
  const next =
    outcome === 'lost'
      ? `none starts by itself until a person asks: driftgate retrain ${state.model}`
      : nextOf[cause]
  return seen(state, cause, { headline, next }, nowMs)
}

type Told = Pick<Notice, 'headline' | 'next'>

function seen(
  state: StewardState,
  cause: NoticeCause,
  told: Told,
  nowMs: number,
  urgent = atOnce.includes(cause),
): StewardState {
  const at = isoTime(nowMs)
  const known = openNotice(state, cause)
  const now: Notice = known
    ? { ...known, ...told, times: known.times + 1, lastAt: at }
    : {
        id: `${state.model}/${cause}/${at}`,
        ...{ model: state.model, cause, state: 'open', openedAt: at, resolvedAt: null },
        ...{ times: 1, lastAt: at, ...told },
        ...(urgent && { escalatedAt: at }),
      }
  return withNotice(state, now)
}

function over(state: StewardState, cause: NoticeCause, how: string, nowMs: number): StewardState {
  const known = openNotice(state, cause)
  if (known === undefined) return state
  return withNotice(state, { ...known, state: 'resolved', resolvedAt: isoTime(nowMs), next: how })
}

/** The open notice of a cause. */
export const openNotice = (
  { notices }: Pick<StewardState, 'notices'>,
  cause: NoticeCause,
): Notice | undefined => notices.find((each) => each.cause === cause && each.state === 'open')

const withNotice = (state: StewardState, now: Notice): StewardState => ({
  ...state,
  notices: [...state.notices.filter(({ cause }) => cause !== now.cause), now],
})

const isoTime = (timeMs: number): string => new Date(timeMs).toISOString()
