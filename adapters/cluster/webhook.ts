import { z } from 'zod'
import type { TrainingWebhookSettings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { signedPost } from '../webhooks/signed-post.ts'
import { confirmedKill } from './confirmed-kill.ts'
import type {
  ClusterOptions,
  Found,
  JobStatus,
  OutputPage,
  TrainingCluster,
} from './training-cluster.ts'

const submitted = z.object({ submissionId: z.string().min(1) })
const found = z.discriminatedUnion('found', [
  z.object({ found: z.literal('job'), submissionId: z.string().min(1) }),
  z.object({ found: z.literal('absent') }),
  z.object({ found: z.literal('unclear'), reason: z.string() }),
])
const jobStatus = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['queued', 'running', 'finished', 'killed', 'forgotten']) }),
  z.object({ state: z.enum(['failed', 'unknown']), reason: z.string() }),
])
const page = z.object({ text: z.string(), next: z.number().int().nonnegative() })
const nothing = z.object({})
const refusal = z.object({ reason: z.string() })

/**
 * A service of the team that runs jobs wherever the team runs things: every question is one signed POST of
 * `{ type, data }` to the same address. What the service promises: `docs/reference/backends/webhook.md`.
 */
export function trainingWebhook(
  settings: TrainingWebhookSettings,
  { secret, timeoutMs = 15_000 }: ClusterOptions,
): TrainingCluster {
  async function ask<Answer>(
    type: string,
    data: object,
    answer: z.ZodType<Answer>,
  ): Promise<Answer> {
    const body = JSON.stringify({ type, data })
    const response = await send(body)
    const text = await response.text().catch((cause: unknown) => {
      throw unreachable(cause)
    })
    if (response.ok) {
      const parsed = answer.safeParse(parsedJson(text))
      if (parsed.success) return parsed.data
      throw unreachable(new Error(`an answer to ${type} that is none: ${parsed.error.message}`))
    }
    // A service that is only busy, or a proxy before it, has refused nothing.
    const refused = response.status >= 400 && response.status < 500
    if (!refused || response.status === 408 || response.status === 429) {
      throw unreachable(new Error(`HTTP ${response.status}`))
    }
    const told = refusal.safeParse(parsedJson(text))
    const reason = told.success ? told.data.reason : `HTTP ${response.status}`
    if (type === 'job.submit') throw new DriftgateError('CLUSTER_SUBMIT_REJECTED', { reason })
    throw unreachable(new Error(reason))
  }

  const place = {
    url: settings.url,
    secret: secret ?? (() => ''),
    setting: 'cluster.secret',
    timeoutMs,
  }
  async function send(body: string): Promise<Response> {
    try {
      return await signedPost(place, body)
    } catch (cause) {
      throw cause instanceof DriftgateError ? cause : unreachable(cause)
    }
  }

  const unreachable = (cause: unknown) =>
    new DriftgateError('CLUSTER_UNREACHABLE', { address: settings.url }, { cause })

  const status = (submissionId: string): Promise<JobStatus> =>
    ask('job.status', { submissionId }, jobStatus) as Promise<JobStatus>

  return {
    kind: settings.kind,
    submit: ({ runKey, specPath, environment }) =>
      ask('job.submit', { runKey, specPath, environment: environment ?? {} }, submitted),
    find: (runKey): Promise<Found> => ask('job.find', { runKey }, found),
    status,
    output: (submissionId, from): Promise<OutputPage> =>
      ask('job.output', { submissionId, from }, page),
    kill: (submissionId) =>
      confirmedKill(submissionId, {
        ...{ status, address: settings.url },
        ask: (id) => ask('job.kill', { submissionId: id }, nothing),
      }),
  }
}
