import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'

const metadataSchema = z.object({ name: z.string(), versions: z.array(z.string()).default([]) })
const inferSchema = z.object({
  model_version: z.string(),
  outputs: z.array(z.object({ name: z.string(), data: z.array(z.number()) })).min(1),
})

type Value = number | string | boolean | null
export type InferenceRow = Readonly<Record<string, Value>>

export interface OpenInferenceClient {
  /** The version that answers now, the newest where several do; null: the model is not ready. */
  servedVersion(model: string): Promise<string | null>
  /** Whether that version answers, all requests or a part of them. */
  versionReady(model: string, version: string): Promise<boolean>
  /** Probabilities of rows with the same members, and the version that gave them. */
  infer(
    model: string,
    rows: readonly InferenceRow[],
  ): Promise<{ version: string; scores: number[] }>
}

/**
 * Client of a model server that speaks the Open Inference Protocol, version 2, over HTTP.
 * Errors of all methods: SERVING_UNREACHABLE (retryable), also for an answer that is none.
 *
 * @see https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
 */
export function openInference(url: string, timeoutMs = 10_000): OpenInferenceClient {
  const at = (model: string, path = '') =>
    new URL(`v2/models/${encodeURIComponent(model)}${path}`, url.endsWith('/') ? url : `${url}/`)

  async function ask(target: URL, init: RequestInit): Promise<Response> {
    try {
      return await fetch(target, { ...init, signal: AbortSignal.timeout(timeoutMs) })
    } catch (cause) {
      throw new DriftgateError('SERVING_UNREACHABLE', { address: url }, { cause })
    }
  }

  async function read<Result>(response: Response, schema: z.ZodType<Result>): Promise<Result> {
    try {
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      return schema.parse(await response.json())
    } catch (cause) {
      throw new DriftgateError('SERVING_UNREACHABLE', { address: url }, { cause })
    }
  }

  return {
    async servedVersion(model) {
      const ready = await ask(at(model, '/ready'), { method: 'GET' })
      await ready.body?.cancel()
      if (!ready.ok) return null
      const metadata = await ask(at(model), { method: 'GET' })
      return (await read(metadata, metadataSchema)).versions.at(-1) ?? null
    },
    async versionReady(model, version) {
      const path = `/versions/${encodeURIComponent(version)}/ready`
      const ready = await ask(at(model, path), { method: 'GET' })
      await ready.body?.cancel()
      return ready.ok
    },
    async infer(model, rows) {
      const headers = { 'Content-Type': 'application/json' }
      const body = JSON.stringify({ inputs: inputsOf(rows) })
      const response = await ask(at(model, '/infer'), { method: 'POST', headers, body })
      const answer = await read(response, inferSchema)
      return { version: answer.model_version, scores: answer.outputs[0]!.data }
    },
  }
}

/** One tensor per member, numbers as FP64 and everything else as BYTES. */
function inputsOf(rows: readonly InferenceRow[]) {
  return Object.keys(rows[0] ?? {}).map((name) => {
    const data = rows.map((row) => row[name] ?? null)
    const numeric = data.every((value) => value === null || typeof value === 'number')
    return {
      name,
      shape: [rows.length],
      datatype: numeric ? 'FP64' : 'BYTES',
      data: numeric ? data : data.map((value) => (value === null ? null : String(value))),
    }
  })
}
