import type pg from 'pg'
import type { ChatAnswers } from '../adapters/chat/chat-answers.ts'
import type { ChatChannel } from '../adapters/chat/chat-channel.ts'
import type { GroupSource } from '../adapters/groups/index.ts'
import type { SigningKey } from '../adapters/identity/decision-token.ts'
import type { IdentityProvider } from '../adapters/identity/index.ts'
import type { KafkaLog } from '../adapters/kafka/log.ts'
import type { Environment } from '../adapters/temporal/messages.ts'
import type { Settings } from '../contracts/config.ts'
import type { OnGatePhase } from '../contracts/gate-phases.ts'
import type { Metrics } from './metrics.ts'
import type { Limits } from './rate-limit.ts'

/** What routes are given: the outside world, and how much of it each may ask for. */
export interface GatewayDeps extends GatewayWorld {
  readonly limits: Limits
}

/** The gateway's outside world: everything it can reach, and the time. */
export interface GatewayWorld {
  /** Addresses; the models' settings are those of the applied configuration. */
  readonly settings: Pick<Settings, 'environment' | 'temporal' | 'gateway'>
  readonly db: pg.Pool
  readonly temporal: Environment
  readonly identity: IdentityProvider
  /** A connection to the brokers, closed by whoever opened it. Errors: KAFKA_UNREACHABLE. */
  readonly openLog: () => Promise<KafkaLog>
  /** Signs decision tokens. */
  readonly signingKey: SigningKey
  /** Encrypts cookies: 32 bytes. */
  readonly cookieKey: Uint8Array
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly metrics: Metrics
  /** The part of a channel that takes answers; null: there is none of that name, or it takes none. */
  readonly openAnswers: (
    name: string,
    settings: Pick<Settings, 'chat' | 'environment'>,
  ) => ChatAnswers | null
  /** The part of it that shows cards. */
  readonly openChannel: (
    name: string,
    settings: Pick<Settings, 'chat' | 'environment'>,
  ) => ChatChannel | null
  /** Asked for the rights of whoever answers in chat; null: those of their last sign-in count. */
  readonly groups: GroupSource | null
  /** Told what went wrong with an answer from chat that nobody waits for. */
  readonly onChatProblem: (error: unknown) => void
  /** Aborted when the process is about to end: from then on it is not ready. */
  readonly leaving?: AbortSignal
  /** Absent: nobody wants to know. */
  readonly onPhase?: OnGatePhase
}
