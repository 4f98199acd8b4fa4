import { z } from 'zod'
import type { Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import type { RegisteredSchema, SchemaReference } from '../../contracts/registered-schema.ts'
import type { SchemaRegistry, SchemaRegistryOptions } from './schema-registry.ts'

const timeoutMs = 10_000
/** An id that the registry did not know is asked for again after so long: it may have been late. */
const unknownMs = 60_000
const mostUnknown = 10_000
/** Schemas that refer to each other in a circle, or more than anybody's. */
const mostReferences = 1_000

const answer = z.object({
  schema: z.string(),
  schemaType: z.enum(['AVRO', 'PROTOBUF', 'JSON']).default('AVRO'),
  references: z
    .array(z.object({ name: z.string(), subject: z.string(), version: z.number().int() }))
    .nullish(),
})
type Answer = z.infer<typeof answer>

/** "There is no such schema"; other answers with status 404 come from something else. */
const schemaNotFound = 40403

/**
 * Confluent's Schema Registry and everything that speaks its REST interface: Apicurio (`/apis/ccompat/v7`), Karapace,
 * Redpanda. Schemas are kept for the life of the process.
 * @see https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */
export function confluentRegistry(
  { url, username }: NonNullable<Settings['schemas']>,
  { password }: SchemaRegistryOptions,
): SchemaRegistry {
  const address = url.replace(/\/+$/, '')
  const known = new Map<number, Promise<RegisteredSchema | null>>()
  const unknown = new Map<number, number>()

  async function get(path: string): Promise<Answer | null> {
    const headers: Record<string, string> = {
      accept: 'application/vnd.schemaregistry.v1+json, application/json',
    }
    if (username !== undefined) {
      const credentials = Buffer.from(`${username}:${password?.() ?? ''}`).toString('base64')
      headers['authorization'] = `Basic ${credentials}`
    }
    let status: number
    let text: string
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      const response = await fetch(`${address}${path}`, { headers, signal })
      status = response.status
      text = await response.text()
    } catch (cause) {
      throw new DriftgateError('SCHEMAS_UNREACHABLE', { address, reason: 'no answer' }, { cause })
    }
    if (status === 401 || status === 403) {
      throw new DriftgateError('SCHEMAS_REFUSED', { address, status })
    }
    if (status >= 500 || status === 429) {
      throw new DriftgateError('SCHEMAS_UNREACHABLE', { address, reason: `HTTP ${status}` })
    }
    return read(status, text, `${address}${path}`)
  }

  /** Depth first, so that each comes after what it refers to. */
  async function follow(found: Answer, into: Map<string, SchemaReference>): Promise<void> {
    for (const { name, subject, version } of found.references ?? []) {
      if (into.has(name)) continue
      if (into.size >= mostReferences) throw unlike(address, 'too many references')
      // Its place is taken first: a circle ends here.
      into.set(name, { name, text: '' })
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}?deleted=true`
      const referred = await get(path)
      if (referred === null)
        throw unlike(address, `${path} is missing, though a schema refers to it`)
      await follow(referred, into)
      into.delete(name)
      into.set(name, { name, text: referred.schema })
    }
  }

  async function load(id: number): Promise<RegisteredSchema | null> {
    const found = await get(`/schemas/ids/${id}`)
    if (found === null) return null
    const references = new Map<string, SchemaReference>()
    await follow(found, references)
    return { id, type: found.schemaType, text: found.schema, references: [...references.values()] }
  }

  return {
    address,
    async schema(id) {
      const since = unknown.get(id)
      if (since !== undefined && performance.now() - since < unknownMs) return null
      let loading = known.get(id)
      if (loading === undefined) {
        loading = load(id)
        known.set(id, loading)
      }
      try {
        const schema = await loading
        if (schema !== null) return schema
      } catch (error) {
        known.delete(id)
        throw error
      }
      known.delete(id)
      if (unknown.size >= mostUnknown) unknown.clear()
      unknown.set(id, performance.now())
      return null
    },
  }
}

function read(status: number, text: string, address: string): Answer | null {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw unlike(address, `HTTP ${status} that is no JSON`)
  }
  if (status === 404 && (body as { error_code?: unknown })?.error_code === schemaNotFound)
    return null
  const parsed = answer.safeParse(body)
  if (status === 200 && parsed.success) return parsed.data
  throw unlike(address, `HTTP ${status} without a schema`)
}

const unlike = (address: string, reason: string) =>
  new DriftgateError('SCHEMAS_ANSWER_UNKNOWN', { address, reason })
