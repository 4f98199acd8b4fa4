import { DriftgateError, type ErrorDetails, isErrorCode } from '../../contracts/errors.ts'
import { type Outcome, outcomeSchema } from '../../contracts/release.ts'

/** The update that carries the answer is waited for by the gateway for twenty seconds. */
const timeoutMs = 30_000

/**
 * Answers a drill at the gateway's own door, as the bearer of a token.
 * Errors: GATEWAY_UNREACHABLE (retryable), and whatever the gateway answers, by its code.
 */
export async function answerDrillAt(
  gateway: string,
  token: string,
  answer: { readonly model: string; readonly n: number; readonly digest: string },
): Promise<Outcome> {
  const { model, n, digest } = answer
  const path = `v1/models/${encodeURIComponent(model)}/drills/${n}/answer`
  let body: unknown
  let ok: boolean
  try {
    const response = await fetch(new URL(path, gateway.endsWith('/') ? gateway : `${gateway}/`), {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ digest }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    ok = response.ok
    body = await response.json()
  } catch (cause) {
    throw new DriftgateError('GATEWAY_UNREACHABLE', { address: gateway }, { cause })
  }
  if (ok) return outcomeSchema.parse(body)
  const { code, details } = (body ?? {}) as { code?: unknown; details?: ErrorDetails }
  if (!isErrorCode(code)) throw new DriftgateError('GATEWAY_UNREACHABLE', { address: gateway })
  throw new DriftgateError(code, details ?? {})
}
