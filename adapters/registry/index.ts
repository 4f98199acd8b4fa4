import type { Settings } from '../../contracts/config.ts'
import { mlflowRegistry } from './mlflow.ts'
import type { ModelRegistry } from './model-registry.ts'

/** Every kind of model registry, one line each. */
export const registries = {
  mlflow: mlflowRegistry,
} satisfies Record<Settings['registry']['kind'], (url: string) => ModelRegistry>

/** Opens the registry that the configuration names. No connection is made before the first call. */
export const openRegistry = (settings: Settings['registry']): ModelRegistry =>
  registries[settings.kind](settings.url)
