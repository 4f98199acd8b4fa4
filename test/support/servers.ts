import { readFileSync } from 'node:fs'
import { type ServerAddresses, serverAddresses } from '../../contracts/servers.ts'

/**
 * The real servers an integration test talks to: the JSON file that DRIFTGATE_SERVERS names.
 * `npm test` writes it; throws with the way to get one when it is not set.
 */
export function servers(): ServerAddresses {
  const file = process.env['DRIFTGATE_SERVERS']
  if (!file) {
    throw new Error('DRIFTGATE_SERVERS names no file: run "npm test", which brings the servers up')
  }
  return serverAddresses.parse(JSON.parse(readFileSync(file, 'utf8')))
}
