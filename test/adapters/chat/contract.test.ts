import { chatChannels } from '../../../adapters/chat/index.ts'
import type { ChannelSettings } from '../../../contracts/chat-settings.ts'
import { chatContract } from '../../support/chat-contract.ts'
import { realChats } from '../../support/chat-worlds.ts'

for (const kind of Object.keys(chatChannels) as ChannelSettings['kind'][]) {
  if (!realChats.includes(kind)) chatContract(kind)
}
