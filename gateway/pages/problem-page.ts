import type { DriftgateError } from '../../contracts/errors.ts'
import type { Session } from '../cookies.ts'
import { html } from './html.ts'
import { layout } from './layout.ts'

/** An error as a page: what is wrong, what to do, and a way on. */
export function problemPage(
  error: DriftgateError,
  at: { path: string; environment: string; session: Session | null },
): string {
  const signIn = `/sign-in?back=${encodeURIComponent(at.path)}`
  return layout({
    title: error.code,
    session: at.session,
    environment: at.environment,
    body: html`<h1>That did not work</h1>
<div class="notice red"><p><strong>${error.code}</strong>: ${error.message}</p><p>${error.help}</p></div>
${error.code === 'NOT_SIGNED_IN' ? html`<p><a href="${signIn}">Sign in</a></p>` : null}`,
  })
}
