import type { Serving } from './server.ts'
import type { LoadedModel, TrafficFollower } from './traffic-follower.ts'

/** Why a model cannot be asked, for people. */
export const notReady = ({ refused: [refused], unreachable }: TrafficFollower): string =>
  refused
    ? `version ${refused.version} was refused: ${refused.reason}`
    : (unreachable ?? 'the alias names no version yet')

/** Where a model stands: the stable version, all versions in place, and those that were refused. */
export function stateOf(name: string, { follower, copies }: Serving) {
  const { canary, shadow, stable: version } = follower.traffic
  const versions = [version, canary?.version, shadow].filter((one) => typeof one === 'string')
  const state = {
    ...{ name, ready: version !== null, version, versions, canary, shadow },
    refused: follower.refused,
    ...(copies === null ? {} : { copies: { dropped: copies.dropped, failed: copies.failed } }),
  }
  return version === null ? { ...state, reason: notReady(follower) } : state
}

/** As the repository extension of the protocol lists them. */
export function repositoryEntries(name: string, serving: Serving) {
  const { versions, refused } = stateOf(name, serving)
  const ready = versions.map((version) => ({ name, version, state: 'READY', reason: '' }))
  const others = refused.map((one) => ({ name, ...one, state: 'UNAVAILABLE' }))
  return [...ready, ...others]
}

export function metadata(name: string, { version, trees }: LoadedModel) {
  const text = (column: string) => ({ name: column, datatype: 'BYTES', shape: [-1] })
  const inputs = trees.features.map((feature) => ({
    name: feature.name,
    datatype: feature.codes === null ? 'FP64' : 'BYTES',
    shape: [-1],
  }))
  return {
    name,
    versions: [version],
    platform: 'driftgate_boosted_trees',
    inputs: [text('id'), text('time'), ...inputs],
    outputs: [{ name: 'score', datatype: 'FP64', shape: [-1] }],
  }
}
