import { findIncident } from '../adapters/postgres/incidents.ts'
import { findRelease, hasEnded, releaseView } from '../adapters/postgres/releases.ts'
import { releaseCard } from '../reports/release-card.ts'
import type { CardSource } from './card-source.ts'

/** A request at its gate: one card for each evidence. */
export const cardOfRelease: CardSource = async (db, release, settings) => {
  const row = await findRelease(db, release)
  if (row === null) return null
  const channel = settings.models[row.model]?.approval.channel
  const digest = row.evidenceDigest.replace(/^sha256:/, '').slice(0, 16)
  return {
    card: releaseCard({
      view: await releaseView(db, row),
      incident: row.incident === null ? null : await findIncident(db, row.incident),
      ending: hasEnded(row.state) ? row.reason : '',
      environment: settings.environment,
      link: new URL(`/releases/${release}`, settings.gateway.url).href,
    }),
    version: row.evidenceDigest,
    key: (where) => `${release}/${digest}/${where}`,
    channels: channel === undefined || hasEnded(row.state) ? [] : [channel],
  }
}
