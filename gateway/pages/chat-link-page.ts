import type { LinkedAccount } from '../../adapters/postgres/chat-accounts.ts'
import { accountName, type ChatAccount } from '../../contracts/chat-answer.ts'
import { instant } from '../../reports/numbers.ts'
import type { Session } from '../cookies.ts'
import { type Html, html } from './html.ts'
import { layout } from './layout.ts'

interface Frame {
  readonly session: Session
  readonly environment: string
}

/** Before a chat account is linked: which one, to whom, and what that means. */
export const chatLinkPage = (
  { session, environment }: Frame,
  { account, token }: { readonly account: ChatAccount; readonly token: string },
): string =>
  layout({
    title: 'Link a chat account',
    session,
    environment,
    body: html`<h1>Link a chat account</h1>
<dl>
  <dt>Account</dt><dd>${inWords(account)}</dd>
  <dt>will answer as</dt><dd><strong>${session.person.name}</strong> (${session.person.subject})</dd>
</dl>
<p>Whoever uses this account can then approve and reject in your name. Go on only if it is your own account and you pressed a button in that chat yourself just now. If somebody sent you this link, close the page.</p>
<form method="post" action="/chat/link">
  <input type="hidden" name="csrf" value="${session.csrf}">
  <input type="hidden" name="token" value="${token}">
  <div class="buttons"><button class="approve">Link it: this is my account</button></div>
</form>`,
  })

/** Every account of a person; each can be unlinked. */
export const chatAccountsPage = (
  { session, environment }: Frame,
  accounts: readonly LinkedAccount[],
): string =>
  layout({
    title: 'Your chat accounts',
    session,
    environment,
    body: html`<h1>Your chat accounts</h1>
${
  accounts.length === 0
    ? html`<p>None is linked. Press a button on a card in a chat to be told a link.</p>`
    : html`<ul>${accounts.map((account) => itemOf(account, session))}</ul>
<p>What is pressed with these accounts counts as your answer; go back to the chat and press again.</p>`
}`,
  })

const itemOf = (account: LinkedAccount, { csrf }: Session): Html => html`<li>
  <form method="post" action="/chat/accounts">
    ${inWords(account)}, linked ${instant(account.linkedAt.toISOString())}
    <input type="hidden" name="csrf" value="${csrf}">
    <input type="hidden" name="id" value="${account.id}">
    <button class="quiet">Unlink</button>
  </form>
</li>`

const inWords = (account: ChatAccount): Html =>
  html`<strong>${account.name || account.user}</strong> <code>${accountName(account)}</code>`
