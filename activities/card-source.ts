import type { Db } from '../adapters/postgres/pool.ts'
import type { Card } from '../contracts/card.ts'
import type { ModelSettings, Settings } from '../contracts/config.ts'

/** What one kind of record shows: an entry is one file next to this one and one line in `card-sources.ts`. */
export interface CardView {
  readonly card: Card
  /** Which of the cards of its subject: the card of another version asks for nothing any more. */
  readonly version: string
  /** Names a card in a chat, whoever posts it; without a full stop. */
  readonly key: (channel: string) => string
  /** Where it has to be seen; none once it has ended. Where it was seen it is kept right in any case. */
  readonly channels: readonly string[]
}

/** Read within one transaction, as it is at `nowMs`; null: there is no such record. */
export type CardSource = (
  db: Db,
  id: string,
  settings: Settings,
  nowMs: number,
) => Promise<CardView | null>

/** Where the owners of a model are told of something; others too once it is escalated. */
export const placesOf = (
  model: ModelSettings | undefined,
  { escalatedAt }: { readonly escalatedAt?: string | undefined },
): string[] => {
  if (model === undefined) return []
  const { channel = model.approval.channel, escalation } = model.notifications
  const others = escalation && escalatedAt !== undefined ? [escalation.channel] : []
  return [...new Set([...(channel === undefined ? [] : [channel]), ...others])]
}

/** Ids of incidents and notices hold an instant, whose full stop parts what webhooks sign. */
export const keyOfConcern = (kind: string, id: string, channel: string): string =>
  `${kind}/${id.replaceAll('.', '-')}/${channel}`
