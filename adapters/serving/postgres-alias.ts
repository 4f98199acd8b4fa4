import type { Pool } from 'pg'
import { DriftgateError } from '../../contracts/errors.ts'
import { asRegistry } from '../postgres/as-registry.ts'
import {
  type AliasRow,
  moveRegisteredAlias,
  readRegisteredAlias,
} from '../postgres/registered-aliases.ts'
import type { RolloutPlace, RolloutTarget, TargetState } from './rollout-target.ts'

/**
 * Traffic follows an alias of the registry in our own database, and model servers follow the alias. The generation
 * counts moves, and a move is one step with the look before it: nobody's change is ever overwritten.
 */
export function postgresAlias(db: Pool): RolloutTarget {
  return {
    kind: 'postgres-alias',
    compareAndSwap: true,
    read: (place) =>
      asRegistry(async () =>
        stateOf(place, await readRegisteredAlias(db, place.name, place.alias)),
      ),
    move: (place, version, expectedGeneration) =>
      asRegistry(async () => {
        const { name, alias } = place
        const after = await moveRegisteredAlias(
          db,
          { name, alias, version },
          (before) =>
            before.version !== version && stateOf(place, before).generation === expectedGeneration,
        )
        if (after === null) {
          const action = `setting alias ${alias} of ${name} to version ${version}`
          const reason = 'there is no such version'
          throw new DriftgateError('REGISTRY_REJECTED', { action, reason })
        }
        if (after.version === version) return stateOf(place, after)
        const current = stateOf(place, after).generation
        const details = { release: name, given: expectedGeneration, current }
        throw new DriftgateError('RELEASE_STALE', details)
      }),
  }
}

const stateOf = ({ alias }: RolloutPlace, { version, moves }: AliasRow): TargetState => ({
  version,
  generation: `${alias}=${version ?? 'none'}#${moves}`,
})
