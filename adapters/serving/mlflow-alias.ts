import { DriftgateError } from '../../contracts/errors.ts'
import { readAlias, writeAlias } from '../mlflow/alias.ts'
import { mlflowClient } from '../mlflow/client.ts'
import type { RolloutPlace, RolloutTarget, TargetState } from './rollout-target.ts'

/**
 * Traffic follows an alias of the MLflow registry, and model servers follow the alias.
 * MLflow keeps no generation and has no compare-and-swap: the generation is the version itself
 * (moved away and back again, the same champion is there), and a move is read, set, read again.
 */
export function mlflowAlias(url: string, client = mlflowClient(url)): RolloutTarget {
  async function read({ name, alias }: RolloutPlace): Promise<TargetState> {
    const version = await readAlias(client, name, alias)
    return { version, generation: `${alias}=${version ?? 'none'}` }
  }

  async function move(
    place: RolloutPlace,
    version: string,
    expectedGeneration: string,
  ): Promise<TargetState> {
    const before = await read(place)
    if (before.version === version) return before
    if (before.generation !== expectedGeneration) {
      throw stale(place, expectedGeneration, before.generation)
    }
    await writeAlias(client, place.name, place.alias, version)
    const after = await read(place)
    if (after.version !== version) throw stale(place, `${place.alias}=${version}`, after.generation)
    return after
  }

  return { kind: 'mlflow-alias', compareAndSwap: false, read, move }
}

const stale = (place: RolloutPlace, given: string, current: string) =>
  new DriftgateError('RELEASE_STALE', { release: place.name, given, current })
