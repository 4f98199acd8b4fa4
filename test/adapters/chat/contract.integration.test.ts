import { chatContract } from '../../support/chat-contract.ts'
import { realChats } from '../../support/chat-worlds.ts'

for (const kind of realChats) chatContract(kind)
