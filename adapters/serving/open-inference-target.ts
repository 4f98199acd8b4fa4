import { DriftgateError } from '../../contracts/errors.ts'
import { abilitiesOf, type OpenInferenceSettings } from '../../contracts/rollout-targets.ts'
import { allTo } from '../../contracts/traffic.ts'
import { ModelFolder } from './model-folder.ts'
import { repositoryClient } from './repository-client.ts'
import {
  type RolloutPlace,
  type RolloutTarget,
  requireAble,
  stale,
  stateName,
  type TargetState,
  targetState,
} from './rollout-target.ts'

/** Where files of a version come from: as much of the registry as a target needs. */
export interface VersionFiles {
  download(name: string, version: string, file: string): Promise<Uint8Array>
}

/**
 * MLServer serves what its model repository holds: files of a version are put there, then it is told to load them by
 * the repository extension of the Open Inference Protocol. The version that it says it serves is the state; there is
 * no other record, no generation and no compare-and-swap.
 * Errors beside those of every entry: ROLLOUT_UNREACHABLE (retryable; also of a folder that cannot be written, and of
 * a model that is being loaded), ROLLOUT_REJECTED.
 *
 * @see https://github.com/kserve/open-inference-protocol, and `docs/reference/rollout/open-inference.md`
 */
export function openInferenceTarget(
  settings: OpenInferenceSettings,
  versions: VersionFiles,
  timeoutMs = 60_000,
): RolloutTarget {
  const target = { kind: settings.kind, abilities: abilitiesOf(settings) }
  const server = repositoryClient(settings.url, timeoutMs)

  async function read(place: RolloutPlace): Promise<TargetState> {
    const traffic = allTo(await server.served(place.name))
    return targetState(traffic, stateName(place, traffic))
  }

  async function load({ name }: RolloutPlace, version: string): Promise<void> {
    const action = `loading version ${version} of ${name}`
    const folder = new ModelFolder(settings, name)
    const before = await folder.written()
    const files = new Map<string, Uint8Array>()
    for (const file of settings.files) files.set(file, await versions.download(name, version, file))
    await folder.put(version, files)
    const reason = await server.load(name)
    if (reason === null) return
    // What is served still is what was there: it comes back after a restart of the server, too.
    await folder.restore(before)
    throw new DriftgateError('ROLLOUT_REJECTED', { action, reason })
  }

  return {
    ...target,
    read,
    async set(place, traffic, expectedGeneration) {
      const { stable } = requireAble(target, traffic)
      const before = await read(place)
      if (before.version === stable) {
        // A change that was given up may have left another one for the next start of the server.
        await new ModelFolder(settings, place.name).point(stable)
        return before
      }
      if (before.generation !== expectedGeneration) {
        throw stale(place, expectedGeneration, before.generation)
      }
      await load(place, stable)
      const after = await read(place)
      if (after.version === stable) return after
      throw stale(place, `${place.alias}=${stable}`, after.generation)
    },
  }
}
