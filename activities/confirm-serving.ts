import { setTimeout as sleep } from 'node:timers/promises'
import { type OpenInferenceClient, openInference } from '../adapters/serving/open-inference.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { allTo, type Traffic, versionsIn } from '../contracts/traffic.ts'
import { modelOf, type TrainingDeps } from './training-deps.ts'

/** One call asks for this long, every half second; the caller's retries ask on. */
const patienceMs = 20_000

export type ServingWanted =
  | { readonly model: string; readonly version: string }
  | { readonly model: string; readonly traffic: Traffic }

/**
 * Returns once the model server has in place what is wanted: the stable version is the one that it names, and every
 * other one is ready. It follows its target by itself, so a change shows there some seconds later. How large a share
 * is, and what has gone, the protocol does not tell.
 *
 * Errors, all retryable: SERVING_NOT_MOVED, SERVING_NOT_READY, SERVING_UNREACHABLE.
 */
export async function confirmServing(
  deps: Pick<TrainingDeps, 'settings' | 'clock'>,
  wanted: ServingWanted,
  options: { signal?: AbortSignal; patienceMs?: number } = {},
): Promise<void> {
  const { model } = wanted
  const traffic = 'traffic' in wanted ? wanted.traffic : allTo(wanted.version)
  const settings = (await modelOf(deps, model)).model
  const server = openInference(settings.serving.url)
  const deadline = deps.clock() + (options.patienceMs ?? patienceMs)
  for (;;) {
    options.signal?.throwIfAborted()
    const last = deps.clock() >= deadline
    const missing = await whatIsMissing(server, model, traffic).catch((error: unknown) => {
      if (last) throw error
      return error
    })
    if (missing === null) return
    if (last) throw missing
    await sleep(500)
  }
}

async function whatIsMissing(
  server: OpenInferenceClient,
  model: string,
  traffic: Traffic,
): Promise<DriftgateError | null> {
  const found = await server.servedVersion(model)
  if (found !== traffic.stable) {
    const details = { model, wanted: traffic.stable ?? 'none', found: found ?? 'none' }
    return new DriftgateError('SERVING_NOT_MOVED', details)
  }
  for (const version of versionsIn({ ...traffic, stable: null })) {
    if (await server.versionReady(model, version)) continue
    return new DriftgateError('SERVING_NOT_READY', { model, version })
  }
  return null
}
