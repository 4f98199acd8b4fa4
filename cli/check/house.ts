import { accessSync, constants, mkdirSync } from 'node:fs'
import { openInference } from '../../adapters/serving/open-inference.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { fetchJson, fetchText } from './http.ts'
import { type Found, type Probe, type ProbeInput, timeoutMs } from './probe.ts'

export function gatewayProbe({ settings }: ProbeInput): Probe {
  const address = settings.gateway.url
  return {
    name: 'gateway',
    address,
    async run() {
      try {
        await fetchText(new URL('/healthz', address))
        return { version: null }
      } catch (cause) {
        throw new DriftgateError('GATEWAY_UNREACHABLE', { address }, { cause })
      }
    },
  }
}

/** The identity server must tell where its pages and keys are. */
export function issuerProbe({ settings }: ProbeInput): Probe {
  const address = settings.gateway.issuer
  return {
    name: 'sign-in',
    address,
    async run(): Promise<Found> {
      const base = address.endsWith('/') ? address : `${address}/`
      try {
        const found = await fetchJson(new URL('.well-known/openid-configuration', base))
        if (found['issuer'] === address) return { version: null, note: 'OpenID Connect' }
        return {
          version: null,
          problem: {
            sentence: `it calls itself ${String(found['issuer'])}`,
            help: 'write gateway.issuer exactly as the server does',
          },
        }
      } catch (cause) {
        throw new DriftgateError('IDENTITY_UNREACHABLE', { address }, { cause })
      }
    },
  }
}

/** One line per model: its server, and the version that it serves. */
export function servingProbes({ settings }: ProbeInput): Probe[] {
  return Object.entries(settings.models).map(([model, { serving }]) => ({
    name: model,
    address: serving.url,
    async run(): Promise<Found> {
      const version = await openInference(serving.url, timeoutMs).servedVersion(model)
      if (version !== null) return { version }
      const sentence = `the model server does not serve ${model}`
      return {
        version: null,
        problem: { sentence, help: 'register a first version, or wait for it' },
      }
    },
  }))
}

/** The folder that all models share, and those that models have of their own. */
export const objectsProbes = ({ settings }: ProbeInput): Probe[] => [
  objectsProbe(settings.objects),
  ...Object.values(settings.models).flatMap(({ data }) =>
    data.objects === undefined ? [] : [objectsProbe(data.objects)],
  ),
]

function objectsProbe({ folder }: ProbeInput['settings']['objects']): Probe {
  return {
    name: 'objects',
    address: folder,
    async run() {
      try {
        mkdirSync(folder, { recursive: true })
        accessSync(folder, constants.W_OK)
        return { version: null, note: 'may be written' }
      } catch (cause) {
        const fix = 'name one that this user may write'
        throw new DriftgateError(
          'PREREQUISITE_MISSING',
          { what: `the folder ${folder}`, fix },
          { cause },
        )
      }
    },
  }
}
