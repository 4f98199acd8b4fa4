import { DriftgateError } from '../../contracts/errors.ts'

/** A refusal of the server, by its own `error_code`. Everything else is REGISTRY_UNREACHABLE. */
export class MlflowRefusal extends Error {
  readonly errorCode: string
  readonly status: number

  constructor(errorCode: string, status: number, message: string) {
    super(message)
    this.name = 'MlflowRefusal'
    this.errorCode = errorCode
    this.status = status
  }
}

export interface MlflowClient {
  /** `GET /api/2.0/mlflow/<path>`; members that are undefined are left out. */
  get(path: string, query: Readonly<Record<string, string | undefined>>): Promise<unknown>
  /** `POST /api/2.0/mlflow/<path>`. Nothing in MLflow is idempotent: search before you create. */
  post(path: string, body: unknown): Promise<unknown>
  /** `DELETE /api/2.0/mlflow/<path>`, what to delete in its body. */
  remove(path: string, body: unknown): Promise<unknown>
  /** Stores bytes through the server's artefact proxy, over anything that is there. */
  upload(artefactUri: string, bytes: Uint8Array): Promise<void>
  download(artefactUri: string): Promise<Uint8Array>
}

/**
 * MLflow's REST interface, version 2.0, as much of it as Driftgate uses. Errors of all methods:
 * REGISTRY_UNREACHABLE (retryable) and MlflowRefusal, which the registry and rollout entries turn
 * into REGISTRY_REJECTED.
 *
 * @see https://mlflow.org/docs/latest/api_reference/rest-api.html
 */
export function mlflowClient(url: string, timeoutMs = 30_000): MlflowClient {
  async function request(path: string, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(new URL(path, url), {
        ...init,
        signal: AbortSignal.timeout(timeoutMs),
      })
    } catch (cause) {
      throw new DriftgateError('REGISTRY_UNREACHABLE', { address: url }, { cause })
    }
    if (response.ok) return response
    const text = await response.text().catch(() => '')
    const refusal = readRefusal(response.status, text)
    if (response.status < 500) throw refusal
    throw new DriftgateError('REGISTRY_UNREACHABLE', { address: url }, { cause: refusal })
  }

  async function json(path: string, init: RequestInit): Promise<unknown> {
    const response = await request(path, init)
    try {
      return await response.json()
    } catch (cause) {
      throw new DriftgateError('REGISTRY_UNREACHABLE', { address: url }, { cause })
    }
  }

  const send = (method: 'POST' | 'DELETE', path: string, body: unknown): Promise<unknown> =>
    json(`/api/2.0/mlflow/${path}`, {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })

  return {
    get(path, query) {
      const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1])
      return json(`/api/2.0/mlflow/${path}?${new URLSearchParams(given)}`, { method: 'GET' })
    },
    post: (path, body) => send('POST', path, body),
    remove: (path, body) => send('DELETE', path, body),
    async upload(artefactUri, bytes) {
      await request(proxyPath(artefactUri), { method: 'PUT', body: new Uint8Array(bytes) })
    },
    async download(artefactUri) {
      const response = await request(proxyPath(artefactUri), { method: 'GET' })
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}

/** `mlflow-artifacts:/1/<run>/artifacts/x` -> the proxy's path. Other stores are not reached. */
function proxyPath(artefactUri: string): string {
  const path = /^mlflow-artifacts:\/+(?:[^/]+:\d+\/)?(.+)$/.exec(artefactUri)?.[1]
  if (path === undefined) {
    throw new MlflowRefusal(
      'INVALID_PARAMETER_VALUE',
      400,
      `artefacts at ${artefactUri} are not served by MLflow; start it with --serve-artifacts`,
    )
  }
  return `/api/2.0/mlflow-artifacts/artifacts/${path.split('/').map(encodeURIComponent).join('/')}`
}

/** The server's first line only: the rest may carry SQL. */
function readRefusal(status: number, text: string): MlflowRefusal {
  try {
    const body = JSON.parse(text) as { error_code?: unknown; message?: unknown }
    const message = String(body.message ?? '').split('\n')[0] ?? ''
    return new MlflowRefusal(String(body.error_code ?? `HTTP_${status}`), status, message)
  } catch {
    return new MlflowRefusal(`HTTP_${status}`, status, `HTTP ${status}`)
  }
}
