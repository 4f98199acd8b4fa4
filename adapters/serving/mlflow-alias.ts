import { abilitiesOf } from '../../contracts/rollout-targets.ts'
import { sameTraffic, type Traffic, versionsIn } from '../../contracts/traffic.ts'
import { writeAlias } from '../mlflow/alias.ts'
import { mlflowClient } from '../mlflow/client.ts'
import { readRegisteredModel, requireVersion, writeModelTag } from '../mlflow/registered-model.ts'
import {
  type RolloutPlace,
  type RolloutTarget,
  requireAble,
  stale,
  stateName,
  type TargetState,
  targetState,
} from './rollout-target.ts'
import { heldBy, readTrafficTag, trafficTag, trafficTagText } from './traffic-tag.ts'

/**
 * Traffic follows an alias of the MLflow registry and a tag beside it with the shares, and model servers follow both.
 * MLflow keeps no generation and has no compare-and-swap: the generation is the state itself (changed and changed
 * back, the same versions answer), and a change is read, set, read again.
 *
 * The tag says for which alias it holds, so that the alias alone decides which state is there: a state with another
 * stable version is written into the tag before the alias moves, and what was is taken out of it afterwards.
 */
export function mlflowAlias(url: string, client = mlflowClient(url)): RolloutTarget {
  const target = { kind: 'mlflow-alias', abilities: abilitiesOf({ kind: 'mlflow-alias' }) } as const

  async function look(place: RolloutPlace): Promise<{ state: TargetState; tag: string | null }> {
    const { aliases, tags } = await readRegisteredModel(client, place.name)
    const tag = tags.get(trafficTag(place)) ?? null
    const traffic = heldBy(readTrafficTag(place, tag), aliases.get(place.alias) ?? null)
    return { state: targetState(traffic, stateName(place, traffic)), tag }
  }

  /** Does nothing where the tag says so already. */
  async function tell(place: RolloutPlace, tag: string | null, states: readonly Traffic[]) {
    const text = trafficTagText(states)
    if (text !== tag) await writeModelTag(client, place.name, trafficTag(place), text)
    return text
  }

  async function change(
    place: RolloutPlace,
    wanted: Traffic & { readonly stable: string },
    { state, tag }: Awaited<ReturnType<typeof look>>,
  ): Promise<string | null> {
    for (const version of versionsIn(wanted)) await requireVersion(client, place.name, version)
    if (wanted.stable === state.version) return tag
    const announced = sameTraffic(heldBy(readTrafficTag(place, tag), wanted.stable), wanted)
      ? tag
      : await tell(place, tag, [state.traffic, wanted])
    await writeAlias(client, place.name, place.alias, wanted.stable)
    return announced
  }

  return {
    ...target,
    read: async (place) => (await look(place)).state,
    async set(place, traffic, expectedGeneration) {
      const wanted = requireAble(target, traffic)
      const before = await look(place)
      let { tag } = before
      if (!sameTraffic(before.state.traffic, wanted)) {
        const current = before.state.generation
        if (current !== expectedGeneration) throw stale(place, expectedGeneration, current)
        tag = await change(place, wanted, before)
      }
      await tell(place, tag, [wanted])
      const { state } = await look(place)
      if (!sameTraffic(state.traffic, wanted)) {
        throw stale(place, stateName(place, wanted), state.generation)
      }
      return state
    },
  }
}
