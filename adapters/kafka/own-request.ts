import type { Broker } from './cluster.ts'

export interface OwnRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly apiName: string
  /** What follows what kafkajs writes of a header. */
  readonly body: Buffer
}

/** Asks a broker what kafkajs has no words for; the answer as bytes. Null: the broker does not know the request. */
export async function ownRequest(
  broker: Broker,
  { body, ...request }: OwnRequest,
): Promise<Buffer | null> {
  const { apiKey, apiVersion } = request
  if ((broker.versions?.[apiKey]?.maxVersion ?? 0) < apiVersion) return null
  const connection = await broker.connectionPool.getConnection(0)
  return connection.send({
    // What kafkajs asks of an Encoder.
    request: { ...request, encode: async () => ({ buf: body, buffer: body }) },
    response: {
      decode: async (bytes: Buffer) => ({ bytes }),
      parse: async ({ bytes }) => bytes,
    },
  })
}
