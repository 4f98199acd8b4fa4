import type { CardSubject } from '../contracts/card.ts'
import { cardOfDrill } from './card-of-drill.ts'
import { cardOfIncident } from './card-of-incident.ts'
import { cardOfNotice } from './card-of-notice.ts'
import { cardOfRelease } from './card-of-release.ts'
import type { CardSource } from './card-source.ts'

/** Every kind of record that cards show, one line each. */
export const cardSources: { readonly [Kind in CardSubject['kind']]: CardSource } = {
  release: cardOfRelease,
  incident: cardOfIncident,
  notice: cardOfNotice,
  drill: cardOfDrill,
}
