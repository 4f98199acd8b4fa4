import { setTimeout as sleep } from 'node:timers/promises'
import { openInference } from '../adapters/serving/open-inference.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { modelOf, type TrainingDeps } from './training-deps.ts'

/** One call asks for this long, every half second; the caller's retries ask on. */
const patienceMs = 20_000

/**
 * Returns once the model server answers with the version. It follows its registry by itself, so the
 * move shows there some seconds later.
 *
 * Errors, both retryable: SERVING_NOT_MOVED, SERVING_UNREACHABLE.
 */
export async function confirmServing(
  deps: Pick<TrainingDeps, 'settings' | 'clock'>,
  { model, version }: { model: string; version: string },
  options: { signal?: AbortSignal; patienceMs?: number } = {},
): Promise<void> {
  const settings = (await modelOf(deps, model)).model
  const server = openInference(settings.serving.url)
  const deadline = deps.clock() + (options.patienceMs ?? patienceMs)
  for (;;) {
    options.signal?.throwIfAborted()
    const last = deps.clock() >= deadline
    const found = await server.servedVersion(model).catch((error: unknown) => {
      if (last) throw error
      return null
    })
    if (found === version) return
    if (last) {
      throw new DriftgateError('SERVING_NOT_MOVED', {
        model,
        wanted: version,
        found: found ?? 'none',
      })
    }
    await sleep(500)
  }
}
