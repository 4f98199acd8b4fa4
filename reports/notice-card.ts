import type { Card } from '../contracts/card.ts'
import type { Notice, NoticeCause } from '../contracts/notice.ts'
import {
  type ConcernFrame,
  concernLook,
  concernParts,
  concernStateOf,
  concernTitle,
} from './concern-words.ts'
import { instant } from './numbers.ts'
import type { StateName } from './vocabulary.ts'

export interface NoticeCardInput extends ConcernFrame {
  readonly notice: Notice
}

const looks: Readonly<Record<NoticeCause, { state: StateName; word: string }>> = {
  RETRAINING_FAILED: { state: 'failed', word: 'retraining failed' },
  STALE: { state: 'stale', word: 'no rows come' },
  INCOMPLETE_WINDOW: { state: 'stale', word: 'incomplete windows' },
  SCAN_FAILING: { state: 'failed', word: 'scan fails' },
  SCHEDULE_STOPPED: { state: 'stale', word: 'schedule stopped' },
  CARD_BEHIND: { state: 'failed', word: 'card not shown' },
  STORM: { state: 'stale', word: 'retraining held, many models breached at once' },
  GUARD_FLOOD: { state: 'failed', word: 'flood of refused inputs' },
  TRAFFIC_MOVED: { state: 'failed', word: 'traffic moved by hand' },
  ROLLBACK_MISSING: { state: 'failed', word: 'no way back' },
  SCHEDULE_EDITED: { state: 'stale', word: 'schedule edited' },
  WORK_STOPPED: { state: 'failed', word: 'work stopped' },
  DELIVERY_NOT_READY: { state: 'failed', word: 'delivery not proven ready' },
}

/** A notice as chat shows it: what, since when and how often, what happens next. */
export function noticeCard({ notice, ...frame }: NoticeCardInput): Card {
  const { openedAt, times, lastAt } = notice
  return {
    schema: 'driftgate-card/1',
    subject: { kind: 'notice', id: notice.id },
    environment: frame.environment,
    model: notice.model,
    ...concernParts(notice, frame),
    headline: noticeTitle(notice),
    why: [
      notice.headline,
      times === 1
        ? `Since ${instant(openedAt)}.`
        : `Since ${instant(openedAt)}; seen ${times} times, the last ${instant(lastAt)}.`,
    ],
    good: [],
    sure: [],
    risk: [],
    evidenceDigest: null,
    link: frame.link,
    actions: actionsOf(notice),
    picture: null,
    anew: null,
  }
}

/** What is open can be taken care of. */
const actionsOf = ({ id: subject, state, acknowledged }: Notice): Card['actions'] =>
  state === 'open' && acknowledged === undefined
    ? [{ verb: 'acknowledge', subject, digest: '', confirm: null }]
    : []

/** "✖ retraining failed: car-loan since 2019-03-29 18:00 UTC". */
export function noticeTitle(notice: Notice): string {
  const { state: open, word } = looks[notice.cause]
  const now = concernStateOf(notice)
  const title = concernTitle(word, notice.model, now)
  return `${concernLook(now, open).icon} ${title} since ${instant(notice.openedAt)}`
}
