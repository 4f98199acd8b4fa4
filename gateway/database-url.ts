import { readSecret } from '../adapters/files/read-secret.ts'
import type { Settings } from '../contracts/config.ts'

/** The connection string with the password from where it is kept. */
export function databaseUrl({ postgres }: Pick<Settings, 'postgres'>): string {
  const url = new URL(postgres.url)
  if (postgres.password) {
    url.password = encodeURIComponent(readSecret(postgres.password, 'postgres.password'))
  }
  return url.href
}
