import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import type { Settings } from '../../contracts/config.ts'
import type { ChatChannel, ReadSecret } from './chat-channel.ts'
import { matrix } from './matrix.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'

type Open<Kind> = (
  name: string,
  settings: Extract<ChannelSettings, { kind: Kind }>,
  readSecret: ReadSecret,
) => ChatChannel

/** Every kind of chat channel, one line each. */
export const chatChannels: { readonly [Kind in ChannelSettings['kind']]: Open<Kind> } = {
  slack,
  webhook,
  matrix,
}

/**
 * Opens the channel of that name; null when the configuration has none. No connection is made before the
 * first call.
 */
export function openChannel(
  name: string,
  { chat }: Pick<Settings, 'chat'>,
  readSecret: ReadSecret,
): ChatChannel | null {
  const settings = Object.hasOwn(chat, name) ? chat[name] : undefined
  if (settings === undefined) return null
  return (chatChannels[settings.kind] as Open<string>)(name, settings as never, readSecret)
}
