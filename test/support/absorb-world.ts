import { randomBytes } from 'node:crypto'
import { currentSettings, storeConfigVersion } from '../../adapters/postgres/config-versions.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import { scanResult, startScan } from '../../adapters/temporal/messages.ts'
import { registerSearchAttributes } from '../../adapters/temporal/search-attributes.ts'
import type { SettingsInput } from '../../contracts/config.ts'
import { workflowId } from '../../contracts/messages.ts'
import { runCli } from '../cli/run-cli.ts'
import { type GateWorkerInput, gateWorker } from './gate-worker.ts'
import { settingsFor } from './gate-world.ts'
import { identityProcess } from './identity-process.ts'
import { listeningGateway } from './listening-gateway.ts'
import { scanWorker } from './scan-worker.ts'
import { day, scanWorld, scheduledAfter } from './scan-world.ts'
import { servers } from './servers.ts'
import { createTarget } from './table-target.ts'

export interface AbsorbWorldOptions {
  readonly critical?: boolean
  readonly required?: number
  readonly expiry?: string
  /** No worker for the gate: the test starts and kills them. */
  readonly gateless?: boolean
}

/** The model `m` with its log, scans, steward, gate, gateway and people, all of them real. */
export async function absorbWorld(options: AbsorbWorldOptions = {}) {
  await using parts = new AsyncDisposableStack()
  const world = parts.adopt(await scanWorld({ detection: { scales: [1] } }), (part) => part.close())
  const { pool: db, url } = world.database
  await createTarget(db)
  const model = {
    ...world.written,
    critical: options.critical ?? true,
    retraining: { policy: 'never', windows: 2, outOf: 3 },
    approval: { required: options.required ?? 2, expiry: options.expiry ?? '1h' },
  } as unknown as SettingsInput['models'][string]
  const settings = settingsFor(model)
  const text = JSON.stringify(settings)
  await storeConfigVersion(db, { digest: text, text, settings, person: 'test' })
  const prefix = `absorb-${randomBytes(4).toString('hex')}/`
  const client = await connectClient({ address: servers().temporal, namespace: 'default' })
  parts.defer(() => client.connection.close())
  await registerSearchAttributes(client)
  const environment = { client, prefix }
  const deps = { ...world.deps, settings: () => currentSettings(db) }
  const stopScans = await scanWorker(prefix, deps)
  parts.defer(stopScans)
  const identity = parts.adopt(await identityProcess(), (part) => part.close())
  const gateway = parts.adopt(await listeningGateway(identity, { db, environment }), (part) =>
    part.app.close(),
  )
  const workerInput: GateWorkerInput = {
    ...{ temporal: servers().temporal, database: url, prefix },
    publicKey: gateway.publicKey,
  }
  if (!options.gateless) parts.adopt(await gateWorker(workerInput), (part) => part.stop())
  parts.defer(async () => {
    const steward = client.workflow.getHandle(workflowId.steward(prefix, 'm'))
    await steward.terminate('the test is over').catch(() => {})
  })
  const opened = parts.move()
  return {
    ...{ db, deps, environment, gateway, identity, stopScans, workerInput, world },
    /** Records of a day, and the verdict of its scan. */
    async scanDay(index: number, shift: number) {
      await world.send(day(index, 400, { shift }))
      return scanResult(environment, await startScan(environment, 'm', scheduledAfter(index)))
    },
    /** The command line as a ready-made person. */
    cli: async (person: string, ...words: string[]) =>
      runCli([...words, '--gateway', gateway.url], {
        environment: { DRIFTGATE_TOKEN: await identity.tokenOf(person) },
      }),
    close: () => opened.disposeAsync(),
  }
}
