import { storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { servers } from './servers.ts'

/** A database of a test's own with every table, to which a configuration was applied that holds nothing. */
export async function configuredDatabase(server = servers().postgres): Promise<TestDatabase> {
  const database = await createDatabase(server)
  await migrate(database.pool)
  await storeConfigVersion(database.pool, { digest: 'd', text: '', settings: {}, person: 'test' })
  return database
}
