import { z } from 'zod'
import { DriftgateError } from '../../contracts/errors.ts'
import { parsedJson } from '../../contracts/parsed-json.ts'
import { abilitiesOf, type RolloutWebhookSettings } from '../../contracts/rollout-targets.ts'
import { sameTraffic, settled, trafficInWords, trafficSchema } from '../../contracts/traffic.ts'
import { signedPost } from '../webhooks/signed-post.ts'
import {
  type RolloutPlace,
  type RolloutTarget,
  requireAble,
  stale,
  type TargetState,
  targetState,
} from './rollout-target.ts'

const stateSchema = z.object({ traffic: trafficSchema, generation: z.string().min(1) })
const staleSchema = z.object({ generation: z.string() })
const refusal = z.object({ reason: z.string() })

/**
 * A service of the team that moves traffic wherever it moves: two questions, each one signed POST of `{ type, data }`
 * to the same address. What the service promises: `docs/reference/rollout/webhook.md`.
 * Errors beside those of every entry: ROLLOUT_UNREACHABLE (retryable), ROLLOUT_REJECTED.
 */
export function rolloutWebhook(
  settings: RolloutWebhookSettings,
  { secret, timeoutMs = 15_000 }: { secret: () => string; timeoutMs?: number },
): RolloutTarget {
  const { kind, url } = settings
  const target = { kind, abilities: abilitiesOf(settings) }
  const place = { url, secret, setting: 'rollout.secret', timeoutMs }
  const unreachable = (cause: unknown) =>
    new DriftgateError('ROLLOUT_UNREACHABLE', { address: url }, { cause })

  async function ask(
    type: 'traffic.read' | 'traffic.set',
    data: RolloutPlace & { readonly expectedGeneration?: string; readonly traffic?: object },
    action: string,
  ): Promise<TargetState> {
    let status: number
    let text: string
    try {
      const response = await signedPost(place, JSON.stringify({ type, data }))
      status = response.status
      text = await response.text()
    } catch (cause) {
      throw cause instanceof DriftgateError ? cause : unreachable(cause)
    }
    if (status >= 200 && status < 300) return stateOf(text)
    if (status === 409 && type === 'traffic.set') {
      const told = staleSchema.safeParse(parsedJson(text))
      const current = told.success ? told.data.generation : 'another'
      throw stale(data, data.expectedGeneration ?? '', current)
    }
    // A service that is only busy, or a proxy before it, has refused nothing.
    const refused = status >= 400 && status < 500 && status !== 408 && status !== 429
    if (!refused) throw unreachable(new Error(`HTTP ${status}`))
    const told = refusal.safeParse(parsedJson(text))
    const reason = told.success ? told.data.reason : `HTTP ${status}`
    throw new DriftgateError('ROLLOUT_REJECTED', { action, reason })
  }

  function stateOf(text: string): TargetState {
    const parsed = stateSchema.safeParse(parsedJson(text))
    if (parsed.success) return targetState(settled(parsed.data.traffic), parsed.data.generation)
    const { path, message } = parsed.error.issues[0]!
    const reason = `${path.join('.') || 'its answer'}: ${message}`
    throw new DriftgateError('ROLLOUT_UNREADABLE', { place: url, reason }, { cause: parsed.error })
  }

  const read = ({ name, alias }: RolloutPlace) =>
    ask('traffic.read', { name, alias }, `telling the traffic of ${name}`)

  return {
    ...target,
    read,
    async set(place, traffic, expectedGeneration) {
      const wanted = requireAble(target, traffic)
      const { name, alias } = place
      const before = await read(place)
      if (sameTraffic(before.traffic, wanted)) return before
      if (before.generation !== expectedGeneration) {
        throw stale(place, expectedGeneration, before.generation)
      }
      const action = `moving the traffic of ${name} to ${trafficInWords(wanted)}`
      await ask('traffic.set', { name, alias, traffic: wanted, expectedGeneration }, action)
      const after = await read(place)
      if (!sameTraffic(after.traffic, wanted)) {
        throw stale(place, trafficInWords(wanted), after.generation)
      }
      return after
    },
  }
}
