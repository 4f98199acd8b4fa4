import type { Posting } from '../../adapters/chat/chat-channel.ts'
import { releaseCard } from '../../reports/release-card.ts'
import { past } from '../reports/examples.ts'

/** A request that waits, as a card that is posted for the first time. */
export const examplePosting: Posting = {
  ...{ key: 'car-loan/2/x/team', revision: 1, attemptedAt: null },
  card: releaseCard({
    view: past.releases[0]!,
    incidents: [],
    ...{ ending: '', environment: 'test', link: 'https://gateway.example/releases/car-loan/2' },
  }),
}
