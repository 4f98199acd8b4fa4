import { outcomeName } from '../../contracts/release.ts'
import type { Said } from '../cookies.ts'
import { type Html, html } from './html.ts'

const taken: readonly string[] = ['APPROVED', 'REJECTED', 'WITHDRAWN', 'ACCEPTED_PENDING_QUORUM']
/** By any other outcome of an answer what was wished for is not done. */
const refused: readonly string[] = outcomeName.options.filter((each) => !taken.includes(each))

/** What the form just sent did. Read out at once by a screen reader. */
export function saidPart({ done, problem }: Said): Html {
  if (done) {
    const role = refused.includes(done.outcome) ? 'red' : 'green'
    return html`<div class="notice ${role}" role="status"><p><strong>${done.outcome}</strong>: ${done.sentence}</p></div>`
  }
  return html`<div class="notice red" role="alert"><p><strong>${problem?.code ?? ''}</strong>: ${problem?.detail ?? ''}</p><p>${problem?.help ?? ''}</p></div>`
}
