import { html } from './html.ts'
import { layout } from './layout.ts'

export const signedOutPage = (environment: string): string =>
  layout({
    title: 'Signed out',
    session: null,
    environment,
    body: html`<h1>Signed out</h1><p>Open the link of a release again to sign in.</p>`,
  })
