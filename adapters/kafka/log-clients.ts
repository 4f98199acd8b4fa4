import type { KafkaSettings } from '../../contracts/config.ts'
import { kafkajsClient } from './kafkajs-client.ts'
import type { LogClientKind } from './log-client.ts'
import { platformaticClient } from './platformatic-client.ts'

export type LogClientName = NonNullable<KafkaSettings['client']>

/** Every client that reads a log, one line each. */
export const logClients = {
  kafkajs: kafkajsClient,
  platformatic: platformaticClient,
} satisfies Record<LogClientName, LogClientKind>

/** Reads unless the configuration names another one (docs/decisions/009-reading.md says why). */
export const usualLogClient: LogClientName = 'kafkajs'
