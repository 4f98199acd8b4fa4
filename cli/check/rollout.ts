import { constants } from 'node:fs'
import { readSecret } from '../../adapters/files/read-secret.ts'
import { openInferenceTarget } from '../../adapters/serving/open-inference-target.ts'
import type { RolloutTarget } from '../../adapters/serving/rollout-target.ts'
import { rolloutWebhook } from '../../adapters/serving/webhook.ts'
import { trafficInWords } from '../../contracts/traffic.ts'
import { accessible, type Found, type Probe, type ProbeInput, timeoutMs } from './probe.ts'

/** The target where it is a server of its own; an alias is asked for with its registry. Nothing is moved. */
export function rolloutProbes({ settings }: ProbeInput): Probe[] {
  const { rollout } = settings
  switch (rollout.kind) {
    case 'webhook': {
      const secret = () => readSecret(rollout.secret, 'rollout.secret')
      const run = () => trafficOf(rolloutWebhook(rollout, { secret, timeoutMs }), settings)
      return [{ name: 'rollout webhook', address: rollout.url, run }]
    }
    case 'open-inference': {
      const { folder, url } = rollout
      const run = async () => {
        accessible(folder, constants.R_OK | constants.W_OK, {
          what: `the folder ${folder}`,
          fix: 'set rollout.folder to the model repository of the server, which all release workers share and may write',
        })
        // Looking takes no file of any version.
        const noFile = { download: () => Promise.reject(new Error('a look moves nothing')) }
        return trafficOf(openInferenceTarget(rollout, noFile, timeoutMs), settings)
      }
      return [{ name: 'model repository', address: url, run }]
    }
    default:
      return []
  }
}

async function trafficOf(
  target: RolloutTarget,
  { models }: ProbeInput['settings'],
): Promise<Found> {
  const states: string[] = []
  for (const [model, { registry }] of Object.entries(models)) {
    const { name = model, alias } = registry
    const { traffic } = await target.read({ name, alias })
    states.push(`${model}: ${trafficInWords(traffic)}`)
  }
  return { version: null, note: states.join('; ') || 'no model is configured' }
}
