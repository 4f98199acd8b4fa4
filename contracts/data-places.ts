import type { Settings } from './config.ts'
import type { ModelSettings } from './model-settings.ts'
import type { StoreSettings } from './registry-settings.ts'
import type { Finding } from './settings-problem.ts'

/** The places of all models, by a configuration. */
export type CommonPlaces = Pick<Settings, 'cluster' | 'objects' | 'registry'>

type Own = Pick<ModelSettings, 'data'>

/** The folder for training specifications and what jobs write. */
export const objectsOf = (common: Pick<Settings, 'objects'>, { data }: Own): Settings['objects'] =>
  data.objects ?? common.objects

/** Where the files of its versions are; null: the registry keeps them itself. */
export const storeOf = (
  { registry }: Pick<Settings, 'registry'>,
  { data }: Own,
): StoreSettings | null => (registry.kind === 'postgres' ? (data.store ?? registry.store) : null)

/** A place that is in another region than a model's data, or in none that is said. */
export interface Elsewhere {
  /** The setting that says its region. */
  readonly setting: string
  readonly found: string | null
}

/** Where its data would go that is not in the region that the model names; the first of training cluster, objects, registry. */
export function elsewhere(common: CommonPlaces, model: Own): Elsewhere | null {
  const { region, objects, store } = model.data
  if (region === undefined) return null
  const { registry } = common
  const places: readonly [string, string | undefined][] = [
    ['cluster.dataRegion', common.cluster.dataRegion],
    [
      objects ? 'data.objects.dataRegion' : 'objects.dataRegion',
      objectsOf(common, model).dataRegion,
    ],
    registry.kind === 'postgres'
      ? [
          store ? 'data.store.dataRegion' : 'registry.store.dataRegion',
          storeOf(common, model)?.dataRegion,
        ]
      : ['registry.dataRegion', registry.dataRegion],
  ]
  const wrong = places.find(([, found]) => found !== region)
  return wrong === undefined ? null : { setting: wrong[0], found: wrong[1] ?? null }
}

/** What is wrong with the places of one model; paths are relative to it. */
export function checkPlaces(model: Own, settings: CommonPlaces): Finding[] {
  const findings: Finding[] = []
  const wrong = elsewhere(settings, model)
  if (wrong !== null) {
    const { region } = model.data
    findings.push({
      path: ['data', 'region'],
      message: `its data stay in ${region}, and ${wrong.setting} ${saidOf(wrong)}`,
      help: `set ${wrong.setting} to ${region} if that is where it is; else give the model a place there`,
    })
  }
  if (model.data.store !== undefined && settings.registry.kind !== 'postgres') {
    findings.push({
      path: ['data', 'store'],
      message: `files of versions are where ${settings.registry.kind} keeps them, and no model has a store of its own there`,
      help: 'take data.store out, or use registry.kind postgres',
      atKey: true,
    })
  }
  return findings
}

export const saidOf = ({ found }: Elsewhere): string =>
  found === null ? 'is not said' : `is ${found}`
