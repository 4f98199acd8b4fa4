import { readFileSync } from 'node:fs'

/** The example's configuration with one model `m`, of rows as `profiles` of the tests makes them; `log`: what of it besides its topic. */
export function configurationOfM(log: string): string {
  const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
  return `${example.slice(0, example.indexOf('\nmodels:') + 1)}models:
  m:
    log: { topic: t${log} }
    features: { amount: { type: numeric }, plan: { type: categorical } }
    window: { length: 1d, bucket: 1h, anchor: '2001-01-01T00:00:00Z', lateness: 1h }
    detection: { minimumRows: 200 }
    retraining: { policy: never }
    serving: { url: 'http://127.0.0.1:1' }
`
}
