import type { OwnStore } from '../adapters/registry/index.ts'
import { drillName } from '../contracts/drill-settings.ts'
import type { World } from './run-worker.ts'

/** The stores that models have of their own, by the names of their registered models and of those of their drills. */
export const ownStores =
  (current: World['current']) =>
  async (registered: string): Promise<OwnStore | null> => {
    const { settings } = await current()
    for (const [name, { registry, data, drill }] of Object.entries(settings.models)) {
      const own = registry.name ?? name
      if (registered !== own && registered !== drillName(own, drill)) continue
      if (data.store === undefined) continue
      return { setting: `models.${name}.data.store`, store: data.store }
    }
    return null
  }
