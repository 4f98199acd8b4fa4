import type { OwnStore } from '../adapters/registry/index.ts'
import type { World } from './run-worker.ts'

/** The stores that models have of their own, by the names of their registered models. */
export const ownStores =
  (current: World['current']) =>
  async (registered: string): Promise<OwnStore | null> => {
    const { settings } = await current()
    for (const [name, { registry, data }] of Object.entries(settings.models)) {
      if ((registry.name ?? name) !== registered || data.store === undefined) continue
      return { setting: `models.${name}.data.store`, store: data.store }
    }
    return null
  }
