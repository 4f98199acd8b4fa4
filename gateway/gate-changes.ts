import { listReleases } from '../adapters/postgres/releases.ts'
import { lookAgain } from '../adapters/temporal/messages.ts'
import type { ApplyAnswer } from '../contracts/api.ts'
import type { Settings } from '../contracts/config.ts'
import { comparePolicies } from '../policies/policy-change.ts'
import { askingTemporal } from './ask-temporal.ts'
import type { GatewayDeps } from './deps.ts'

/** Models whose gate asks for something else than before, and whether that is more or less. */
export function gateChanges(
  before: Pick<Settings, 'models'> | null,
  after: Pick<Settings, 'models'>,
): ApplyAnswer['gates'] {
  return Object.entries(after.models).flatMap(([model, settings]) => {
    const known = before?.models[model]
    if (known === undefined) return []
    const { direction, differences } = comparePolicies(known, settings)
    if (direction === 'same') return []
    return [{ model, direction, differences: differences.map(({ what }) => what) }]
  })
}

/** What is asked by another gate than the one in force is asked anew now, not when the next answer comes. */
export async function askAnew(deps: GatewayDeps, changes: ApplyAnswer['gates']): Promise<void> {
  const asking = askingTemporal(deps)
  for (const { model } of changes) {
    for (const { release } of await listReleases(deps.db, { model, state: 'waiting' })) {
      await asking(() => lookAgain(deps.temporal, release))
    }
  }
}
