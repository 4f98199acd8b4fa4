import type { ChatAnswers } from '../../adapters/chat/chat-answers.ts'
import { currentSettings } from '../../adapters/postgres/config-versions.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { GatewayDeps } from '../deps.ts'
import type { ChatDesk } from './chat-desk.ts'

const lookEveryMs = 5_000

interface Socket {
  /** As configured when it was opened: another text opens another one. */
  readonly settings: string
  readonly listening: { close(): Promise<void> }
}

/** Connections over which answers come in, as the configuration in force has them. */
export function chatSockets(deps: GatewayDeps, desk: ChatDesk) {
  const open = new Map<string, Socket>()
  let timer: NodeJS.Timeout | undefined
  let looking: Promise<void> | null = null

  async function look(): Promise<void> {
    const { settings } = await currentSettings(deps.db)
    const wanted = new Map<string, { settings: string; answers: ChatAnswers }>()
    for (const [name, channel] of Object.entries<ChannelSettings>(settings.chat)) {
      const answers = deps.openAnswers(name, settings)
      if (answers?.listen) wanted.set(name, { settings: JSON.stringify(channel), answers })
    }
    for (const [name, socket] of open) {
      if (wanted.get(name)?.settings === socket.settings) continue
      open.delete(name)
      await close(socket)
    }
    for (const [name, { settings: text, answers }] of wanted) {
      if (open.has(name)) continue
      const listening = answers.listen?.({
        clock: deps.clock,
        hear: (heard) => desk.hear(answers, name, heard),
        onProblem: deps.onChatProblem,
      })
      if (listening) open.set(name, { settings: text, listening })
    }
  }

  return {
    start() {
      const once = () => {
        looking ??= look()
          .catch((error) => {
            // Nothing was applied yet: there are no channels to listen to.
            if (!(error instanceof DriftgateError && error.code === 'CONFIG_NOT_APPLIED')) {
              deps.onChatProblem(error)
            }
          })
          .finally(() => {
            looking = null
          })
      }
      once()
      timer = setInterval(once, lookEveryMs)
      timer.unref()
    },
    async close() {
      clearInterval(timer)
      await looking
      await Promise.all([...open.values()].map(close))
      open.clear()
    },
  }
}

const close = ({ listening }: Socket): Promise<void> => listening.close()
