import type { Settings } from '../../contracts/config.ts'
import { confluentRegistry } from './confluent.ts'
import type { SchemaRegistry, SchemaRegistryOptions } from './schema-registry.ts'

type SchemasSettings = NonNullable<Settings['schemas']>
type OpenSchemas = (settings: SchemasSettings, options: SchemaRegistryOptions) => SchemaRegistry

/** Every kind of schema registry, one line each. */
export const schemaRegistries = {
  confluent: confluentRegistry,
} satisfies Record<SchemasSettings['kind'], OpenSchemas>

/** Opens the registry that the configuration names. No connection is made before the first call. */
export const openSchemas: OpenSchemas = (settings, options) =>
  schemaRegistries[settings.kind](settings, options)
