import { setTimeout as sleep } from 'node:timers/promises'
import { DriftgateError } from '../../contracts/errors.ts'
import type { Outcome } from '../../contracts/release.ts'
import { decideRelease } from '../decide.ts'
import { repairCard, showRecording } from './show-recording.ts'
import type { ChatVerbEntry } from './verbs.ts'

/** How long a click in a chat waits for its answer before it is said to be on its way, seconds. */
const patienceSeconds = 5
/** How long the card may take to say that it is recorded, milliseconds. */
const recordingMs = 1_500

const taken: readonly Outcome['outcome'][] = [
  ...(['APPROVED', 'REJECTED', 'WITHDRAWN', 'ACCEPTED_PENDING_QUORUM'] as const),
]

/** An answer to a release, on the same way as one from the page or a terminal. */
export const answerRelease: ChatVerbEntry = {
  async apply(deps, { answer, person, via, id }) {
    const { subject, digest, reason, verb } = answer
    const done = new AbortController()
    // A chat that is slow holds nobody's answer up.
    const begin = () =>
      Promise.race([
        showRecording(deps, answer, { person: person.name, done: done.signal }),
        sleep(recordingMs, undefined, { ref: false }),
      ])
    try {
      const request = { answer: verb as 'approve' | 'reject', digest, reason }
      const way = { via, id: `chat/${id}`, patienceSeconds, begin }
      const { outcome, sentence } = await decideRelease(deps, person, subject, request, way)
      // What was pressed may have been on a card that is not as it should be.
      if (!taken.includes(outcome)) await repairCard(deps, answer)
      const counted = taken.includes(outcome) || outcome === 'DUPLICATE'
      return { text: `${outcome}: ${sentence}`, counted }
    } catch (error) {
      // What may pass is still being recorded, and the card goes on saying so.
      if (!(error instanceof DriftgateError && error.entry.retryable)) {
        await repairCard(deps, answer)
      }
      throw error
    } finally {
      done.abort()
    }
  },
  page: ({ subject }) => `/releases/${subject}`,
}
