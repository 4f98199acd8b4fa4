import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ServerAddresses, serverAddresses } from '../contracts/servers.ts'
import { down, type ServerName, up } from '../deploy/local/index.ts'

/**
 * Runs a measurement on real servers: those that DRIFTGATE_SERVERS names, or its own, started for it and stopped
 * after it.
 */
export async function withServers<Result>(
  names: readonly ServerName[],
  work: (addresses: Partial<ServerAddresses>) => Promise<Result>,
): Promise<Result> {
  const given = process.env['DRIFTGATE_SERVERS']
  if (given) return work(serverAddresses.parse(JSON.parse(readFileSync(given, 'utf8'))))
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-bench-'))
  // PostgreSQL may run as another user, who has to get through.
  chmodSync(folder, 0o755)
  const stop = async () => {
    await down(folder)
    rmSync(folder, { recursive: true, force: true })
  }
  const interrupted = () => void stop().finally(() => process.exit(130))
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted)
  try {
    const addresses = await up({
      folder,
      only: names,
      onProgress: ({ server, stage, detail }) =>
        console.error(`${server.padEnd(9)} ${stage} ${detail ?? ''}`),
    })
    return await work(addresses)
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
    await stop()
  }
}
