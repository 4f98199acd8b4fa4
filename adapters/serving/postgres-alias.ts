import type { Pool } from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'
import { abilitiesOf } from '../../contracts/rollout-targets.ts'
import { sameTraffic } from '../../contracts/traffic.ts'
import { asRegistry } from '../postgres/as-registry.ts'
import {
  type RegisteredAlias,
  readRegisteredAlias,
  setRegisteredAlias,
} from '../postgres/registered-aliases.ts'
import {
  type RolloutPlace,
  type RolloutTarget,
  requireAble,
  stale,
  stateName,
  type TargetState,
  targetState,
} from './rollout-target.ts'

/**
 * Traffic follows an alias of the registry in our own database, and model servers follow the alias. The generation
 * counts changes, and a change is one step with the look before it: nobody's change is ever overwritten.
 */
export function postgresAlias(db: Pool): RolloutTarget {
  const target = {
    kind: 'postgres-alias',
    abilities: abilitiesOf({ kind: 'postgres-alias' }),
  } as const
  return {
    ...target,
    read: (place) =>
      asRegistry(async () =>
        stateOf(place, await readRegisteredAlias(db, place.name, place.alias)),
      ),
    async set(place, traffic, expectedGeneration) {
      const wanted = requireAble(target, traffic)
      const { name, alias } = place
      const mayMove = (before: RegisteredAlias) =>
        !sameTraffic(before.traffic, wanted) &&
        stateOf(place, before).generation === expectedGeneration
      const after = await asRegistry(() =>
        setRegisteredAlias(db, { name, alias, traffic: wanted }, mayMove),
      )
      if ('missing' in after) {
        const action = `setting alias ${alias} of ${name} to version ${after.missing}`
        const reason = 'there is no such version'
        throw new DriftgateError('REGISTRY_REJECTED', { action, reason })
      }
      const state = stateOf(place, after)
      if (sameTraffic(after.traffic, wanted)) return state
      throw stale(place, expectedGeneration, state.generation)
    },
  }
}

const stateOf = (place: RolloutPlace, { traffic, moves }: RegisteredAlias): TargetState =>
  targetState(traffic, `${stateName(place, traffic)}#${moves}`)
