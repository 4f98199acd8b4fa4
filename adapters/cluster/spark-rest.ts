import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'

/** One answer of the submission server, https://spark.apache.org/docs/latest/spark-standalone.html#rest-api */
const restAnswerSchema = z.object({
  action: z.string().optional(),
  success: z.boolean().optional(),
  submissionId: z.string().optional(),
  driverState: z.string().optional(),
  message: z.string().optional(),
  workerId: z.string().optional(),
})
export type RestAnswer = z.infer<typeof restAnswerSchema>

export interface SparkAddress {
  readonly rest: string
  /** The shared secret of Spark's JWSFilter, base64url; read again for every request. */
  readonly secret: (() => string) | null
  readonly timeoutMs: number
}

/**
 * One request to the submission server. Answers 2xx and 400 (a refusal that says why) are returned,
 * anything else is CLUSTER_UNREACHABLE: after a `create` the job may run all the same. So is the answer of a
 * master that recovers or stands by: it knows nothing of any job until it is alive.
 */
export async function sparkRest(
  address: SparkAddress,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<RestAnswer & { status: number }> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json;charset=UTF-8' }
  if (address.secret !== null) headers['Authorization'] = `Bearer ${signToken(address.secret())}`
  const request: RequestInit = { method, headers, signal: AbortSignal.timeout(address.timeoutMs) }
  if (body !== undefined) request.body = JSON.stringify(body)
  const response = await send(address.rest, path, request)
  const text = await response.text().catch((cause: unknown) => {
    throw new DriftgateError('CLUSTER_UNREACHABLE', { address: address.rest }, { cause })
  })
  if (response.status === 403 || response.status === 401) {
    throw new DriftgateError('CLUSTER_SUBMIT_REJECTED', {
      reason: `the shared secret was not accepted (HTTP ${response.status}); compare cluster.secret with the master's JWSFilter`,
    })
  }
  if (response.status !== 200 && response.status !== 400) {
    const cause = new Error(`HTTP ${response.status} from ${path}`)
    throw new DriftgateError('CLUSTER_UNREACHABLE', { address: address.rest }, { cause })
  }
  let answer: RestAnswer
  try {
    answer = restAnswerSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new DriftgateError('CLUSTER_UNREACHABLE', { address: address.rest }, { cause })
  }
  if (answer.success !== true && /Current state is not alive/.test(answer.message ?? '')) {
    const cause = new Error(answer.message)
    throw new DriftgateError('CLUSTER_UNREACHABLE', { address: address.rest }, { cause })
  }
  return { ...answer, status: response.status }
}

async function send(rest: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, rest), request)
  } catch (cause) {
    throw new DriftgateError('CLUSTER_UNREACHABLE', { address: rest }, { cause })
  }
}

/** HS256 with a life of one minute: the filter enforces `exp`, so no token outlives its request by much. */
export function signToken(secret: string, nowMs = Date.now()): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { exp: Math.floor(nowMs / 1_000) + 60 }
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`
  const key = Buffer.from(secret.trim(), 'base64url')
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}
