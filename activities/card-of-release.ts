import { rulesInForce } from '../adapters/postgres/gate-policies.ts'
import { incidentsOfRelease } from '../adapters/postgres/incidents.ts'
import { findRelease, hasEnded, releaseView } from '../adapters/postgres/releases.ts'
import { findRollout } from '../adapters/postgres/rollouts.ts'
import { listMoves } from '../adapters/postgres/traffic-moves.ts'
import type { Settings } from '../contracts/config.ts'
import type { ReleaseView } from '../contracts/release.ts'
import { localTimeIn } from '../formats/local-time.ts'
import { freezeAt } from '../policies/freeze.ts'
import type { Rollout } from '../policies/rollout.ts'
import { rolloutView } from '../policies/rollout-view.ts'
import { releaseCard } from '../reports/release-card.ts'
import type { CardSource } from './card-source.ts'

/** A request at its gate: one card for each evidence. */
export const cardOfRelease: CardSource = async (db, release, settings, nowMs) => {
  const row = await findRelease(db, release)
  if (row === null) return null
  const ended = hasEnded(row.state)
  const rules = await rulesInForce(db, settings, row.model)
  const freeze = ended ? null : freezeAt(rules?.freeze ?? settings.gate.freeze, nowMs, localTimeIn)
  const rolling = await findRollout<Rollout>(db, release)
  const rollout = rolling && rolloutView(rolling, await listMoves(db, release), { ended })
  const view = { ...(await releaseView(db, row)), freeze, rollout }
  const digest = row.evidenceDigest.replace(/^sha256:/, '').slice(0, 16)
  return {
    card: releaseCard({
      view,
      incidents: await incidentsOfRelease(db, row),
      ending: ended ? row.reason : '',
      environment: settings.environment,
      link: new URL(`/releases/${release}`, settings.gateway.url).href,
    }),
    version: row.evidenceDigest,
    key: (where) => `${release}/${digest}/${where}`,
    channels: ended ? [] : channelsOf(settings, view),
  }
}

/** Where a request is shown: since it was escalated, in a further place too. */
function channelsOf({ models }: Settings, { model, escalatedAt }: ReleaseView): string[] {
  const { channel, escalation } = models[model]?.approval ?? {}
  const further = escalatedAt === undefined ? undefined : escalation?.channel
  return [...new Set([channel, further].filter((name) => name !== undefined))]
}
