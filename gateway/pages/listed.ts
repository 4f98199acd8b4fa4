import { type Html, html } from './html.ts'

/** One sentence as a paragraph, several as a list. */
export const listed = (sentences: readonly string[]): Html =>
  sentences.length === 1
    ? html`<p>${sentences[0] ?? ''}</p>`
    : html`<ul>${sentences.map((each) => html`<li>${each}</li>`)}</ul>`
