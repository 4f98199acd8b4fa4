import type { IncomingHttpHeaders } from 'node:http'
import { DriftgateError } from '../../contracts/errors.ts'
import type { GuardJudgement } from '../../contracts/guard-answer.ts'
import { parseObject } from '../../formats/json-value.ts'
import { changedRequest } from './changed-request.ts'
import type { GuardCounter } from './guard-counter.ts'
import type { GuardMetrics } from './guard-metrics.ts'
import { type GuardedModel, upstreamOf } from './guarded-model.ts'
import { readBatch } from './inference-batch.ts'
import { type JudgedBatch, judgeBatch, reasonsOf } from './judge-batch.ts'
import { toldAnswer, toldText } from './told-answer.ts'
import type { Upstream, UpstreamAnswer } from './upstream.ts'

export interface InferDeps {
  readonly counter: GuardCounter
  readonly upstream: Upstream
  readonly metrics: Pick<GuardMetrics, 'inputs' | 'upstreamSeconds'>
  readonly clock: () => number
  /** The caller's sign-in goes on to the model server. */
  readonly withSignIn: boolean
}

export interface InferAsked {
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Behind the name of the model, with its query: `/infer`, `/versions/3/infer`. */
  readonly path: string
}

/** `outcome`: for whoever reads headers only. */
export type InferAnswer = UpstreamAnswer & { readonly outcome: JudgedBatch['outcome'] | 'off' }

/**
 * One inference request: judged row by row, passed on, and answered with what was done. Throws GUARD_REFUSED where no row
 * goes on, GUARD_UNABLE, GUARD_REQUEST_UNREADABLE, GUARD_ANSWER_UNREADABLE and what the model server's silence is called.
 */
export async function infer(
  deps: InferDeps,
  model: GuardedModel,
  asked: InferAsked,
): Promise<InferAnswer> {
  if (!model.settings.guard.enabled) {
    return { ...(await passOn(deps, model, asked, asked.body)), outcome: 'off' }
  }
  if (model.judging === null) return unjudged(deps, model, asked)
  const { batch, judged } = judgedRequest(deps, model, asked, true)
  if (judged.kept.length === 0) throw refusal(model, judged, batch.rows)
  const changed = changedRequest(batch, judged)
  const body = changed === null ? asked.body : Buffer.from(JSON.stringify(changed))
  const answer = await passOn(deps, model, asked, body)
  const { outcome } = judged
  if (judged.told.length === 0 || answer.status < 200 || answer.status > 299) {
    return { ...answer, outcome }
  }
  try {
    const told = toldAnswer(parseObject(answer.body), judged, batch.rows)
    return { ...answer, body: Buffer.from(JSON.stringify(told)), outcome }
  } catch (cause) {
    // Whoever is told of flags only can do without; an answer with rows missing would be read wrongly.
    if (judged.kept.length === batch.rows) return { ...answer, outcome }
    const reason = (cause as Error).message
    throw new DriftgateError('GUARD_ANSWER_UNREADABLE', { model: model.name, reason }, { cause })
  }
}

/** The same without the model: what would be done. `counted`: whether it is an input or a look. */
export function judgement(
  deps: Pick<InferDeps, 'counter' | 'metrics' | 'clock'>,
  model: GuardedModel,
  asked: Pick<InferAsked, 'headers' | 'body'>,
  counted: boolean,
): GuardJudgement {
  const head = { schema: 'driftgate-guard/1' as const, model: model.name, fit: model.fit }
  if (model.judging === null) throw unableTo(model)
  const { batch, judged } = judgedRequest(deps, model, asked, counted)
  const { outcome, told, kept } = judged
  const request = kept.length === 0 ? null : (changedRequest(batch, judged) ?? batch.request)
  return {
    ...{ ...head, outcome, rows: told.map((row) => ({ ...row })) as GuardJudgement['rows'] },
    ...{ inputs: batch.rows, passed: kept.length, request },
  }
}

function judgedRequest(
  { counter, metrics, clock }: Pick<InferDeps, 'counter' | 'metrics' | 'clock'>,
  model: GuardedModel,
  { headers, body }: Pick<InferAsked, 'headers' | 'body'>,
  counted: boolean,
) {
  const { settings, judging } = model
  if (judging === null) throw unableTo(model)
  mustBeJson(headers)
  const nowMs = clock()
  const batch = readBatch(body, settings.features, settings.guard)
  const judged = judgeBatch(batch, judging, { whole: settings.guard.batches === 'whole', nowMs })
  if (counted) {
    counter.add(model.name, judged.counted, bucketsOf(model), nowMs)
    for (const { outcome } of judged.counted) metrics.inputs.inc({ model: model.name, outcome })
  }
  return { batch, judged }
}

const bucketsOf = ({ settings: { window } }: GuardedModel) => ({
  anchorMs: Date.parse(window.anchor),
  bucketMs: window.bucket,
})

function mustBeJson(headers: IncomingHttpHeaders): void {
  const encoding = headers['content-encoding']
  const reason =
    headers['inference-header-content-length'] !== undefined
      ? 'a tensor is in binary'
      : encoding !== undefined && encoding !== 'identity'
        ? `it is compressed by ${encoding}`
        : null
  if (reason !== null) throw new DriftgateError('GUARD_REQUEST_UNREADABLE', { reason })
}

/** What the settings say is better than nothing: an answer without a judgement, or none. */
async function unjudged(
  deps: InferDeps,
  model: GuardedModel,
  asked: InferAsked,
): Promise<InferAnswer> {
  if (model.settings.guard.unable === 'refuse') throw unableTo(model)
  const nowMs = deps.clock()
  const rows = rowsOf(asked, model)
  const one = { outcome: 'unjudged' as const, timeMs: nowMs, segments: [], causes: [] }
  deps.counter.add(model.name, new Array(rows).fill(one), bucketsOf(model), nowMs)
  deps.metrics.inputs.inc({ model: model.name, outcome: 'unjudged' }, rows)
  return { ...(await passOn(deps, model, asked, asked.body)), outcome: 'unjudged' }
}

/** A request that cannot be read is one input. */
function rowsOf({ body }: InferAsked, { settings }: GuardedModel): number {
  try {
    return readBatch(body, settings.features, settings.guard).rows
  } catch {
    return 1
  }
}

const unableTo = ({ name, reason }: GuardedModel) =>
  new DriftgateError('GUARD_UNABLE', { model: name, reason: reason ?? 'nobody knows why' })

function refusal({ name }: GuardedModel, judged: JudgedBatch, rows: number): DriftgateError {
  const { refused } = judged
  return new DriftgateError('GUARD_REFUSED', {
    ...{ model: name, refused: refused.length, rows, reasons: reasonsOf(refused) },
    guard: toldText(judged),
  })
}

async function passOn(
  { upstream, metrics, withSignIn }: InferDeps,
  model: GuardedModel,
  { headers, path }: InferAsked,
  body: Buffer,
): Promise<UpstreamAnswer> {
  const { guard } = model.settings
  const began = performance.now()
  const answer = await upstream.ask({
    ...{ model: model.name, root: upstreamOf(model), headers, body, withSignIn },
    ...{ method: 'POST', timeoutMs: guard.timeout },
    path: `v2/models/${encodeURIComponent(guard.name ?? model.name)}${path}`,
  })
  metrics.upstreamSeconds.observe({ model: model.name }, (performance.now() - began) / 1_000)
  return answer
}
