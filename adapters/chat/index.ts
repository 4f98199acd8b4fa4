import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import type { Settings } from '../../contracts/config.ts'
import type { ChatAnswers } from './chat-answers.ts'
import type { ChatChannel, ReadSecret } from './chat-channel.ts'
import { email } from './email.ts'
import { matrix } from './matrix.ts'
import { matrixAnswers } from './matrix-answers.ts'
import { mattermost } from './mattermost.ts'
import { mattermostAnswers } from './mattermost-answers.ts'
import { slack } from './slack.ts'
import { slackAnswers } from './slack-answers.ts'
import { teams } from './teams.ts'
import { teamsAnswers } from './teams-answers.ts'
import { webhook } from './webhook.ts'

type Open<Kind, Part> = (
  name: string,
  settings: Extract<ChannelSettings, { kind: Kind }>,
  readSecret: ReadSecret,
  environment: string,
) => Part
type Kinds = ChannelSettings['kind']

/** Every kind of chat channel, one line each. */
export const chatChannels: { readonly [Kind in Kinds]: Open<Kind, ChatChannel> } = {
  email,
  mattermost,
  slack,
  teams,
  webhook,
  matrix,
}

/** What hears answers, one line for each kind that takes any; null: its settings do not say how. */
export const chatAnswers: { readonly [Kind in Kinds]?: Open<Kind, ChatAnswers | null> } = {
  mattermost: mattermostAnswers,
  slack: slackAnswers,
  teams: teamsAnswers,
  matrix: matrixAnswers,
}

/**
 * Opens the channel of that name; null when the configuration has none. No connection is made before the
 * first call.
 */
export function openChannel(
  name: string,
  { chat, environment }: Pick<Settings, 'chat' | 'environment'>,
  readSecret: ReadSecret,
): ChatChannel | null {
  const settings = Object.hasOwn(chat, name) ? chat[name] : undefined
  if (settings === undefined) return null
  return (chatChannels[settings.kind] as Open<string, ChatChannel>)(
    name,
    settings as never,
    readSecret,
    environment,
  )
}

/** The part of the channel of that name that hears answers; null where it takes none. */
export function openAnswers(
  name: string,
  { chat, environment }: Pick<Settings, 'chat' | 'environment'>,
  readSecret: ReadSecret,
): ChatAnswers | null {
  const settings = Object.hasOwn(chat, name) ? chat[name] : undefined
  if (settings === undefined) return null
  const open = chatAnswers[settings.kind] as Open<string, ChatAnswers | null> | undefined
  return open?.(name, settings as never, readSecret, environment) ?? null
}
