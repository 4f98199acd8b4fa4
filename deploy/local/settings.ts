import { fileURLToPath } from 'node:url'
import type { SettingsInput } from '../../contracts/config.ts'
import type { ServerAddresses } from '../../contracts/servers.ts'

const trainingJob = fileURLToPath(new URL('../../training/job.py', import.meta.url))

export interface LocalSettings {
  readonly addresses: ServerAddresses
  readonly gateway: string
  /** Folder for training specs, artefacts and markers. */
  readonly objects: string
  /** Key files of the decision tokens. */
  readonly signingKey: string
  readonly publicKey: string
  /** Database in use, when it is not the one of the address. */
  readonly database?: string
  /** Put before task queues and workflow ids. */
  readonly prefix?: string
}

/** The server half of `driftgate.yaml` for a local project. */
export function serverSettings(local: LocalSettings): Omit<SettingsInput, 'models'> {
  const { addresses } = local
  const url = new URL(addresses.postgres)
  if (local.database !== undefined) url.pathname = `/${local.database}`
  return {
    environment: 'local',
    kafka: { brokers: [addresses.kafka] },
    postgres: { url: url.href },
    temporal: { address: addresses.temporal, prefix: local.prefix ?? '' },
    cluster: {
      kind: 'spark-standalone',
      rest: addresses.sparkRest,
      web: addresses.sparkMasterWeb,
      // All work in the driver's slot: one machine has no use for a second process.
      master: 'local[2]',
      secret: { file: addresses.sparkSecretFile },
      job: {
        script: trainingJob,
        python: addresses.python,
        jars: addresses.sparkJars,
        driverMemory: '2g',
      },
    },
    registry: { kind: 'mlflow', url: addresses.mlflow },
    objects: { folder: local.objects },
    gateway: {
      url: local.gateway,
      issuer: addresses.issuer ?? 'http://127.0.0.1:1',
      signingKey: { file: local.signingKey },
      publicKey: { file: local.publicKey },
    },
  }
}
