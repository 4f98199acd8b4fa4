import type { ReleaseView } from '../../contracts/release.ts'
import { subjectOf } from '../../contracts/release.ts'
import { instant } from '../../reports/numbers.ts'
import { wordsOf } from '../../reports/release-words.ts'
import type { Session } from '../cookies.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'
import { stateLook } from './release-state.ts'

/** The releases there are, what waits first. */
export function homePage(
  releases: readonly ReleaseView[],
  frame: { session: Session; environment: string },
): string {
  const waiting = releases.filter(({ state }) => state === 'waiting')
  const listed = [...waiting, ...releases.filter(({ state }) => state !== 'waiting')]
  const rows = listed.map(({ release, state, evidence, openedAt }) => {
    const { icon, word, role } = stateLook(state, subjectOf(evidence))
    return html`<tr><td><a href="/releases/${release}">${release}</a></td><td class="${role}"><span aria-hidden="true">${icon}</span> ${word}</td><td>${wordsOf(evidence).candidate}</td><td>${instant(openedAt)}</td></tr>`
  })
  const title =
    waiting.length === 0 ? 'Nothing waits for an answer' : `${waiting.length} waiting for an answer`
  return layout({
    title,
    ...frame,
    body: html`<h1>${title}</h1>
${
  rows.length > 0 &&
  html`<div class="scroll"><table class="left">
  <thead><tr><th scope="col">release</th><th scope="col">state</th><th scope="col">candidate</th><th scope="col">asked</th></tr></thead>
  <tbody>${rows}</tbody>
</table></div>`
}`,
  })
}
