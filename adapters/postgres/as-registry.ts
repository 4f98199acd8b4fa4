import { DriftgateError } from '../../contracts/errors.ts'

/**
 * Runs one step of the registry that is in the database: what says that nobody answers becomes REGISTRY_UNREACHABLE, as
 * of any other registry. SQL errors come from a server that does answer, and pass.
 */
export async function asRegistry<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    if (cause instanceof DriftgateError && cause.code !== 'POSTGRES_UNREACHABLE') throw cause
    const code = String((cause as { code?: unknown }).code ?? '')
    if (/^[0-9A-Z]{5}$/.test(code) && !/^(08|57P|53)/.test(code)) throw cause
    throw new DriftgateError('REGISTRY_UNREACHABLE', { address: 'PostgreSQL' }, { cause })
  }
}
