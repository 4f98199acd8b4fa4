import { findNotice } from '../adapters/postgres/notices.ts'
import { concernFrame } from '../reports/concern-words.ts'
import { noticeCard } from '../reports/notice-card.ts'
import { type CardSource, keyOfConcern, placesOf } from './card-source.ts'

/** A notice to the owners of a model: one card for each time that its cause held. */
export const cardOfNotice: CardSource = async (db, id, settings) => {
  const notice = await findNotice(db, id)
  if (notice === null) return null
  return {
    card: noticeCard({ notice, ...concernFrame(settings, settings, notice) }),
    version: '',
    key: (channel) => keyOfConcern('notice', id, channel),
    channels: notice.state === 'open' ? placesOf(settings.models[notice.model], notice) : [],
  }
}
