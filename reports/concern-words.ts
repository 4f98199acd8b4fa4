import type { Card } from '../contracts/card.ts'
import type { Settings } from '../contracts/config.ts'
import type { Acknowledged, Incident } from '../contracts/incident.ts'
import type { Notice } from '../contracts/notice.ts'
import { instant } from './numbers.ts'
import { type StateName, states } from './vocabulary.ts'

/** What incident and notice have in common for whoever is told of them. */
export interface Concern {
  readonly state: 'open' | 'resolved'
  readonly openedAt: string
  readonly resolvedAt: string | null
  readonly next: string
  readonly acknowledged?: Acknowledged | undefined
  readonly escalatedAt?: string | undefined
}

/** Where it goes when nobody acknowledges it; `after` in milliseconds. */
export interface Escalation {
  readonly channel: string
  readonly after: number
}

export interface ConcernFrame {
  readonly owners: readonly string[]
  readonly escalation: Escalation | null
  readonly environment: string
  /** Its page. */
  readonly link: string
}

/** `home`: where its page is. Of a model that was taken out of the configuration nobody is the owner. */
export function concernFrame(
  { models }: Pick<Settings, 'models'>,
  home: Pick<Settings, 'environment'> & { readonly gateway: Pick<Settings['gateway'], 'url'> },
  concern: Incident | Notice,
): ConcernFrame {
  const { owners = [], notifications } = models[concern.model] ?? {}
  return {
    owners,
    escalation: notifications?.escalation ?? null,
    environment: home.environment,
    link: new URL(pathOfConcern(concern), home.gateway.url).href,
  }
}

/** Of its page. */
export const pathOfConcern = (concern: Incident | Notice): string =>
  `/${'cause' in concern ? 'notices' : 'incidents'}/${concern.id}`

type State = 'open' | 'acknowledged' | 'resolved'

export const concernStateOf = ({ state, acknowledged }: Concern): State =>
  state === 'resolved' ? 'resolved' : acknowledged === undefined ? 'open' : 'acknowledged'

/** How it looks while it is open, how once somebody has seen it, and afterwards. */
export const concernLook = (state: State, open: StateName) =>
  states[{ open, acknowledged: 'watch' as const, resolved: 'ok' as const }[state]]

/** What of a card is the same for both. */
export function concernParts(concern: Concern, { owners, escalation }: ConcernFrame) {
  const state = concernStateOf(concern)
  return {
    state,
    next: state === 'resolved' ? [] : [sentence(readable(concern.next))],
    ifNobody: state === 'open' ? ifNobodyOf(concern, escalation) : null,
    who: state === 'resolved' || owners.length === 0 ? null : `for ${owners.join(', ')}`,
    until: null,
    answers: [
      ...(concern.escalatedAt === undefined
        ? []
        : [toldOthers(concern.openedAt, concern.escalatedAt)]),
      ...(concern.acknowledged === undefined ? [] : [seenBy(concern.acknowledged)]),
      ...(concern.resolvedAt === null
        ? []
        : [`Resolved ${instant(concern.resolvedAt)}: ${readable(concern.next)}.`]),
    ],
  } satisfies Partial<Card>
}

const toldOthers = (openedAt: string, escalatedAt: string): string =>
  escalatedAt === openedAt
    ? 'Others were told at once.'
    : `Nobody had acknowledged it by ${instant(escalatedAt)}: others were told.`

export const seenBy = ({ name, at }: Acknowledged): string =>
  `${name} acknowledged it ${instant(at)} and takes care.`

/** Until when somebody has to acknowledge it; null: nobody else will be told. */
export function ifNobodyOf(concern: Concern, escalation: Escalation | null): string | null {
  if (escalation === null || concern.escalatedAt !== undefined) return null
  const at = new Date(Date.parse(concern.openedAt) + escalation.after).toISOString()
  return `Unless somebody acknowledges it by ${instant(at)}, it is shown in ${escalation.channel} too.`
}

/** Instants within a sentence of the record, as people read them. */
export const readable = (text: string): string =>
  text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, instant)

/** "drift: car-loan", "drift, acknowledged: car-loan". */
export const concernTitle = (what: string, model: string, state: State): string =>
  `${what}${state === 'open' ? '' : `, ${state}`}: ${model}`

/** A capital and a full stop. */
export const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
