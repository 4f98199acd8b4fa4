import type { AbsorbedOrigin } from '../contracts/reference-upload.ts'
import { instant, span } from './numbers.ts'

/** Where an absorbed reference comes from, and who let it in. */
export const absorbedSentence = ({ from, to, ...origin }: AbsorbedOrigin): string =>
  `absorbed from the log, ${span({ start: from, end: to })}: asked for by ${origin.askedBy.join(', ')}, approved by ${origin.approvedBy.join(' and ')} ${instant(origin.at)} (release ${origin.release})`
