import { type Settings, type SettingsInput, settingsSchema } from '../../contracts/config.ts'
import { servers } from './servers.ts'

type ModelInput = SettingsInput['models'][string]

/** A whole configuration for one model on the real servers. */
export function trainingSettings(
  model: string,
  cluster: Settings['cluster'],
  changes: Partial<ModelInput> = {},
): Settings {
  const addresses = servers()
  const settings = settingsSchema.parse({
    kafka: { brokers: [addresses.kafka] },
    postgres: { url: addresses.postgres },
    temporal: { address: addresses.temporal },
    cluster: { ...cluster, queueTimeout: '10m' },
    registry: { kind: 'mlflow', url: addresses.mlflow },
    objects: { folder: '.' },
    gateway: { url: 'http://127.0.0.1:1', issuer: addresses.issuer },
    models: {
      [model]: {
        log: { topic: `${model}-predictions` },
        labels: { topic: `${model}-labels` },
        features: { amount: { type: 'numeric' }, region: { type: 'categorical' } },
        window: { length: '7d', bucket: '1d', anchor: '2024-01-01T00:00:00Z' },
        serving: { url: 'http://127.0.0.1:1' },
        ...changes,
      },
    },
  })
  return { ...settings, cluster: { ...settings.cluster, queueTimeout: cluster.queueTimeout } }
}
