import { findNotice } from '../adapters/postgres/notices.ts'
import { noticeCard } from '../reports/notice-card.ts'
import { type CardSource, keyOfConcern, placesOf } from './card-source.ts'

/** A notice to the owners of a model: one card for each time that its cause held. */
export const cardOfNotice: CardSource = async (db, id, settings) => {
  const notice = await findNotice(db, id)
  if (notice === null) return null
  const model = settings.models[notice.model]
  return {
    card: noticeCard({
      notice,
      owners: model?.owners ?? [],
      escalation: model?.notifications.escalation ?? null,
      environment: settings.environment,
      link: new URL(`/notices/${id}`, settings.gateway.url).href,
    }),
    version: '',
    key: (channel) => keyOfConcern('notice', id, channel),
    channels: notice.state === 'open' ? placesOf(model, notice) : [],
  }
}
