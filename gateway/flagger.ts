import { championVersion } from '../adapters/postgres/views.ts'
import { DriftgateError } from '../contracts/errors.ts'
import type { FlaggerAnswer, FlaggerPayload } from '../contracts/flagger.ts'
import { freezeInWords } from '../contracts/freeze-text.ts'
import { hasEnded, type ReleaseView } from '../contracts/release.ts'
import { instant } from '../reports/numbers.ts'
import { appliedModel } from './applied.ts'
import type { GatewayDeps } from './deps.ts'
import { shownRelease, shownReleases } from './shown-releases.ts'

type Deps = Pick<GatewayDeps, 'db' | 'clock'>

/** A release that puts a version in place. */
interface OfVersion {
  readonly view: ReleaseView
  readonly version: string
}

/**
 * Whether Flagger may go on: the release is approved for exactly the version that is deployed, nobody holds it back, and
 * no other version has taken its place since. Throws GATE_CLOSED, RELEASE_UNKNOWN, MODEL_UNKNOWN, REQUEST_INVALID.
 */
export async function confirmed(deps: Deps, payload: FlaggerPayload): Promise<FlaggerAnswer> {
  const { view, version } = await namedRelease(deps, payload)
  const { release, model, state } = view
  const closed = (reason: string) => new DriftgateError('GATE_CLOSED', { reason, model })
  if (state === 'waiting') throw closed(`${release} waits for people to approve version ${version}`)
  if (state !== 'promoting' && state !== 'promoted') {
    const why = view.reason ? ` (${view.reason})` : ''
    throw closed(`${release} ended without version ${version}: ${state}${why}`)
  }
  const held = heldBack(view)
  if (held !== null) throw closed(`${release} is approved, but ${held}`)
  const champion = await championVersion(deps.db, model)
  if (state === 'promoted' && champion !== null && champion !== version) {
    throw closed(
      `${release} was approved for version ${version}, and version ${champion} is in its place`,
    )
  }
  const sentence = `${release} is approved for version ${version}`
  return { schema: 'driftgate-flagger/1', release, version, sentence }
}

/** What keeps a version back that is approved: people who paused it or are asked once more, a freeze; null: nothing does. */
export function heldBack(view: Pick<ReleaseView, 'state' | 'freeze' | 'rollout'>): string | null {
  if (view.state !== 'promoting') return null
  const { paused, stages } = view.rollout ?? { paused: null, stages: [] }
  if (paused) return `paused by ${paused.by}: ${paused.reason}`
  if (stages.some(({ kind, state }) => kind === 'confirm' && state === 'now')) {
    return 'a step waits for a person to confirm it'
  }
  return view.freeze ? `releases are ${freezeInWords(view.freeze, instant)}` : null
}

/**
 * Whether Flagger shall go back: only when the release has ended without its version. One that waits, or of which
 * nothing is known, never rolls anything back. Throws ROLLBACK_NOT_ASKED and what `confirmed` throws of the request.
 */
export async function rolledBack(deps: Deps, payload: FlaggerPayload): Promise<FlaggerAnswer> {
  const { view, version } = await namedRelease(deps, payload)
  const { release, state, model } = view
  if (!hasEnded(state) || state === 'promoted') {
    const reason = `${release} is ${state}: nothing says that version ${version} shall go back`
    throw new DriftgateError('ROLLBACK_NOT_ASKED', { reason, model })
  }
  const sentence = `${release} ended without version ${version}: ${state}`
  return { schema: 'driftgate-flagger/1', release, version, sentence }
}

/** By its name, or the newest one for the version; an approval holds for one version and never for a model. */
async function namedRelease(deps: Deps, { metadata }: FlaggerPayload): Promise<OfVersion> {
  const { model, release, version } = metadata
  if (model === undefined || (release ?? version) === undefined) {
    const reason = 'metadata needs model, and version or release (or both)'
    throw new DriftgateError('REQUEST_INVALID', { reason })
  }
  await appliedModel(deps.db, model)
  const candidates =
    release === undefined
      ? await shownReleases(deps, { model })
      : [await shownRelease(deps, release)].filter((view) => view !== null)
  const found = candidates
    .map((view) => ({ view, version: versionOf(view) }))
    .filter((each): each is OfVersion => each.version !== null)
    .filter(({ view }) => view.model === model)
  const text = release ?? `${model}, version ${version}`
  const [named] = release === undefined ? found.filter((each) => each.version === version) : found
  if (named === undefined) throw new DriftgateError('RELEASE_UNKNOWN', { release: text })
  if (version !== undefined && named.version !== version) {
    const reason = `${text} is about version ${named.version}, not ${version}`
    throw new DriftgateError('GATE_CLOSED', { reason, model })
  }
  return named
}

const versionOf = ({ evidence }: ReleaseView): string | null =>
  evidence.schema === 'driftgate-evidence/1' ? evidence.candidate.version : null
