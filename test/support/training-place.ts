import { after, before } from 'node:test'
import type pg from 'pg'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { type JobFolder, jobFolder } from './training-cluster.ts'

interface TrainingPlace {
  readonly db: pg.Pool
  /** Another pool of it, for a registry that is in the same database. */
  readonly beside: pg.Pool
  readonly folder: JobFolder
}

/**
 * A database and a folder of jobs for the tests of a file or of a suite, gone after them. `prepare` comes in the
 * same hook, since two hooks of a file do not wait for each other.
 */
export function trainingPlace(
  prepare: (db: pg.Pool) => Promise<void> = async () => {},
): TrainingPlace {
  let database: TestDatabase
  let folder: JobFolder
  let beside: pg.Pool
  before(async () => {
    database = await createDatabase()
    await migrate(database.pool)
    beside = openPool(database.url, { max: 4 })
    folder = await jobFolder()
    await prepare(database.pool)
  })
  after(async () => {
    await beside.end()
    await database.drop()
    await folder.remove()
  })
  return {
    get db() {
      return database.pool
    },
    get beside() {
      return beside
    },
    get folder() {
      return folder
    },
  }
}
