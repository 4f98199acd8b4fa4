import type { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import { groupsTimeoutMs } from './group-source.ts'

/**
 * What a source answers to a request, read by a schema; null where there is nothing (404). GROUPS_UNREACHABLE when it
 * does not answer or is busy, GROUPS_REFUSED when it says no or something else than expected.
 */
export async function askSource<T>(
  address: string,
  schema: z.ZodType<T>,
  url: URL,
  init: RequestInit,
): Promise<T | null> {
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: init.signal ?? AbortSignal.timeout(groupsTimeoutMs),
    })
    text = await response.text()
  } catch (cause) {
    throw new DriftgateError('GROUPS_UNREACHABLE', { address }, { cause })
  }
  const { status } = response
  if (status === 404) return null
  if (status >= 500 || status === 429) throw new DriftgateError('GROUPS_UNREACHABLE', { address })
  if (!response.ok) {
    throw new DriftgateError('GROUPS_REFUSED', { address, reason: `HTTP ${status}` })
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    const reason = `what ${url.pathname} answers is not what its interface says`
    throw new DriftgateError('GROUPS_REFUSED', { address, reason }, { cause })
  }
}
