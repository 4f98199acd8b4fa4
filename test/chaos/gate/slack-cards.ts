import { slackPeople } from '../../support/slack-people.ts'
import type { SlackServer } from '../../support/slack-server.ts'
import type { SeenCard } from './matrix-room.ts'

/** The cards that stand in the channel. */
export const slackCards = ({ messages }: SlackServer): SeenCard[] =>
  [...messages.values()].map(({ ts, blocks, metadata }) => ({
    ts,
    headline: blocks[0].text.text,
    key: (metadata?.event_payload['key'] ?? null) as string | null,
    revision: (metadata?.event_payload['revision'] ?? null) as number | null,
    verbs: verbsOf(blocks),
    code: '',
  }))

export interface SlackPressed {
  readonly person: { readonly id: string; readonly name: string }
  readonly ts: string
  readonly verb: string
  /** The gateway that Slack is told of. */
  readonly gateway: string
}

/** Whether it was acknowledged. */
export async function pressInSlack(
  chat: SlackServer,
  { person, ts, verb, gateway }: SlackPressed,
): Promise<boolean> {
  const people = slackPeople(chat, `${gateway}/chat/slack/team`)
  const answered = await people.press({ person, ts, verb }).catch(() => null)
  return answered?.status === 200
}

interface SlackBlock {
  readonly elements?: readonly { readonly action_id?: string }[]
}

const verbsOf = (blocks: readonly SlackBlock[]): string[] =>
  blocks.flatMap(({ elements = [] }) => elements.flatMap(({ action_id }) => action_id ?? []))
