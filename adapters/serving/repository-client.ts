import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'

const metadataSchema = z.object({ versions: z.array(z.string()).default([]) })
const refusal = z.object({ error: z.string() })

export interface RepositoryClient {
  /** The version that answers requests which name none; null: there is no such model. */
  served(model: string): Promise<string | null>
  /** Loads what the repository holds of a model, in place of what is served. Null: done; else why it cannot be. */
  load(model: string): Promise<string | null>
}

/**
 * The repository extension of the Open Inference Protocol, as MLServer has it: a model names its version where its
 * settings say so. Errors of all methods: ROLLOUT_UNREACHABLE (retryable; also while a model is loaded),
 * ROLLOUT_UNREADABLE (somebody else serves a model that names no version).
 */
export function repositoryClient(url: string, timeoutMs: number): RepositoryClient {
  const unreachable = (cause: unknown) =>
    new DriftgateError('ROLLOUT_UNREACHABLE', { address: url }, { cause })

  async function ask(
    method: 'GET' | 'POST',
    path: string,
  ): Promise<[status: number, text: string]> {
    try {
      const target = new URL(path, url.endsWith('/') ? url : `${url}/`)
      const response = await fetch(target, { method, signal: AbortSignal.timeout(timeoutMs) })
      return [response.status, await response.text()]
    } catch (cause) {
      throw unreachable(cause)
    }
  }

  return {
    async served(model) {
      const name = encodeURIComponent(model)
      const [status, text] = await ask('GET', `v2/models/${name}`)
      if (status === 404) return null
      const parsed = metadataSchema.safeParse(parsedJson(text))
      if (status !== 200 || !parsed.success) throw unreachable(new Error(`HTTP ${status}`))
      const version = parsed.data.versions.at(-1)
      if (version === undefined) {
        const reason = 'it serves a model that names no version'
        throw new DriftgateError('ROLLOUT_UNREADABLE', { place: `${model} at ${url}`, reason })
      }
      const [ready] = await ask('GET', `v2/models/${name}/ready`)
      if (ready !== 200) throw unreachable(new Error(`version ${version} is not ready yet`))
      return version
    },
    async load(model) {
      const path = `v2/repository/models/${encodeURIComponent(model)}/load`
      const [status, text] = await ask('POST', path)
      if (status >= 200 && status < 300) return null
      // Somebody before it answers for it, or it is only busy: it may load all the same.
      if ([408, 429, 502, 503, 504].includes(status)) throw unreachable(new Error(`HTTP ${status}`))
      const told = refusal.safeParse(parsedJson(text))
      // Where the runtime throws the answer is a traceback, whose last line says what.
      const reason = told.success ? told.data.error : text.trim().split('\n').at(-1)
      return (reason || `HTTP ${status}`).slice(0, 300)
    },
  }
}
