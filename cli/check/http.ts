import { timeoutMs } from './probe.ts'

/** The body of an answer that is not an error. Throws what stands in the way. */
export async function fetchText(url: URL, bearer?: string): Promise<string> {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) })
  const text = await response.text()
  if (!response.ok) throw new Error(`HTTP ${response.status} from ${url.href}`)
  return text
}

export async function fetchJson(url: URL, bearer?: string): Promise<Record<string, unknown>> {
  return JSON.parse(await fetchText(url, bearer)) as Record<string, unknown>
}
