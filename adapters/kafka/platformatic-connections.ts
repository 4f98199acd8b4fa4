import { isIP } from 'node:net'
import type { API, Broker, Connection, ConnectionPool, SASLOptions } from '@platformatic/kafka'
import type { KafkaAccess } from './access.ts'

export type Library = typeof import('@platformatic/kafka')

/**
 * Connections of @platformatic/kafka, one to each broker. Its clients are left out: they keep answers to metadata for
 * seconds, and try again by rules of their own.
 */
export class PlatformaticConnections {
  readonly #access: KafkaAccess
  readonly #pool: ConnectionPool
  readonly #tls = {}
  readonly #broken = new WeakMap<Connection, Error>()

  constructor({ ConnectionPool }: Library, access: KafkaAccess, clientId: string) {
    const { ssl, sasl, brokers } = access
    this.#access = access
    this.#pool = new ConnectionPool(clientId, {
      connectTimeout: 3_000,
      requestTimeout: 10_000,
      // Servers are told which host is meant, unless it is meant by its address.
      ...(ssl && { tls: this.#tls, tlsServerName: brokers.some((one) => isIP(hostOf(one)) === 0) }),
      ...(sasl && { sasl: signIn(sasl) }),
    })
    // Of a connection that a broker ends with an alert only its own event tells the reason.
    this.#pool.on('connecting', ({ connection }) =>
      connection.on('error', (error) => this.#broken.set(connection, error)),
    )
  }

  /** Throws as well what the certificates of the access throw, before the library would hang on it. */
  async to(broker: Broker): Promise<Connection> {
    if (!this.#pool.has(broker)) Object.assign(this.#tls, this.#access.ssl)
    return this.#pool.get(broker)
  }

  /** To the first of the configured brokers that can be connected to. */
  async toAny(): Promise<Connection> {
    const errors: unknown[] = []
    for (const address of this.#access.brokers) {
      const host = hostOf(address)
      try {
        return await this.to({ host, port: Number(address.slice(host.length + 1)) })
      } catch (error) {
        errors.push(error)
      }
    }
    throw new AggregateError(errors, 'no broker can be connected to')
  }

  async ask<Request extends unknown[], Answer>(
    connection: Connection,
    api: API<Request, Answer>,
    ...request: Request
  ): Promise<Answer> {
    try {
      return await api.async(connection, ...request)
    } catch (error) {
      const reason = this.#broken.get(connection)
      throw reason === undefined ? error : new AggregateError([error, reason], reason.message)
    }
  }

  close(): Promise<void> {
    return this.#pool.close()
  }
}

const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(':'))

/** The password is read for every sign-in; what reading it throws is told by the library. */
function signIn(sasl: NonNullable<KafkaAccess['sasl']>): SASLOptions {
  const { mechanism, username } = sasl as { mechanism: string; username: string }
  return {
    mechanism: mechanism.toUpperCase() as SASLOptions['mechanism'],
    username,
    password: () => (sasl as { password: string }).password,
  }
}
