import { createHash } from 'node:crypto'
import type { Session } from '../cookies.ts'
import { type Html, html, trusted } from './html.ts'
import { style } from './style.ts'

const styleHash = createHash('sha256').update(style).digest('base64')

/** Nothing is loaded from anywhere, nothing runs, and nobody may put the page into a frame. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const

export interface PageParts {
  readonly title: string
  readonly session: Session | null
  readonly environment: string
  readonly body: Html
  /** Load again after so many seconds. */
  readonly refreshSeconds?: number
}

/** The frame of every page. */
export function layout({ title, session, environment, body, refreshSeconds }: PageParts): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refreshSeconds ? html`<meta http-equiv="refresh" content="${refreshSeconds}">` : null}
<title>${title}</title>
<style>${trusted(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
  <a class="brand" href="/">Driftgate</a> <span class="environment">${environment}</span>
  ${session ? signedIn(session) : null}
</header>
<main id="main">
${body}
</main>
</body>
</html>
`
  return page.markup
}

const signedIn = ({
  person,
  csrf,
}: Session): Html => html`<form class="who" method="post" action="/sign-out">
    <span>${person.name} <small>(${person.roles.join(', ') || 'no role'})</small></span>
    <input type="hidden" name="csrf" value="${csrf}">
    <button class="quiet">Sign out</button>
  </form>`
