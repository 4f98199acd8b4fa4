import type { FastifyInstance } from 'fastify'
import {
  type InferredAnswer,
  inferredParams,
  inferredQuery,
} from '../../contracts/inferred-features.ts'
import { featureInference } from '../../formats/infer-features.ts'
import { parseObject } from '../../formats/json-value.ts'
import type { GatewayDeps } from '../deps.ts'
import { requirePerson } from '../people.ts'
import { sampleTopic } from '../sample-topic.ts'

/** Topics that no model may have yet. */
export function topicRoutes(app: FastifyInstance, { identity, openLog }: GatewayDeps): void {
  app.get('/topics/:topic/features', async (request): Promise<InferredAnswer> => {
    // Ranges and categories tell of what records hold.
    await requirePerson(identity, request, 'operator', 'look into a topic')
    const { topic } = inferredParams.parse(request.params)
    const { records, section } = inferredQuery.parse(request.query)
    const log = await openLog()
    try {
      const sample = await sampleTopic(log, topic, records)
      const inference = featureInference(section)
      for (const value of sample) inference.add(objectOf(value))
      return { schema: 'driftgate-features/1', ...inference.end() }
    } finally {
      await log.close()
    }
  })
}

/** Null: no JSON object, which is counted. */
function objectOf(value: Uint8Array | null): object | null {
  try {
    return parseObject(value)
  } catch {
    return null
  }
}
