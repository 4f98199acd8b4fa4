import { DriftgateError } from '../../contracts/errors.ts'

/** Asks an OpenID provider for its discovery document, however lately it was read. Throws IDENTITY_UNREACHABLE. */
export async function probeOidc(issuer: string, withinMs: number): Promise<void> {
  try {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
    const response = await fetch(url, { signal: AbortSignal.timeout(withinMs) })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`it answers with ${response.status}`)
  } catch (cause) {
    throw new DriftgateError('IDENTITY_UNREACHABLE', { address: issuer }, { cause })
  }
}
