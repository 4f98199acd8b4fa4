import { after, before } from 'node:test'
import type pg from 'pg'
import { migrate } from '../../adapters/postgres/migrate.ts'
import { createDatabase, type TestDatabase } from './database.ts'
import { type JobFolder, jobFolder } from './training-cluster.ts'

/** A database and a folder of jobs for the tests of a file or of a suite, gone after them. */
export function trainingPlace(): { readonly db: pg.Pool; readonly folder: JobFolder } {
  let database: TestDatabase
  let folder: JobFolder
  before(async () => {
    database = await createDatabase()
    await migrate(database.pool)
    folder = await jobFolder()
  })
  after(async () => {
    await database.drop()
    await folder.remove()
  })
  return {
    get db() {
      return database.pool
    },
    get folder() {
      return folder
    },
  }
}
