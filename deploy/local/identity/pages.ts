import { people } from './people.ts'

const warning =
  'This sign-in is for trying out on one machine only: it asks for no password. ' +
  'In production, gateway.issuer names your own identity provider.'

/** One plain page; `body` is trusted HTML. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 26rem; margin: 3rem auto; padding: 0 1rem }
  button { display: block; width: 100%; margin: .5rem 0; padding: .7rem 1rem; font: inherit; text-align: left; cursor: pointer }
  input { font: inherit; padding: .5rem; letter-spacing: .1em; text-transform: uppercase; width: 100%; box-sizing: border-box }
  small { opacity: .75 }
  .warning { border-left: .3rem solid #b7791f; padding-left: .8rem }
</style>
<h1>${title}</h1>
${body}
<p class="warning"><small>${warning}</small></p>
</html>`
}

/** Pick a person; posts to the interaction. */
export function choosePage(action: string): string {
  const buttons = people.map(
    ({ id, name, roles }) =>
      `<button name="person" value="${id}"><strong>${name}</strong> <small>${roles.join(', ')}</small></button>`,
  )
  return page('Who are you?', `<form method="post" action="${action}">${buttons.join('\n')}</form>`)
}

/** Device flow: type the code that the terminal shows. `form` is oidc-provider's own. */
export function codePage(form: string, wrong: boolean): string {
  const note = wrong
    ? 'That code is not known or too old. Try again.'
    : 'Type the code that the terminal shows.'
  return page(
    'Sign in a terminal',
    `<p>${note}</p>${form}<button form="op.deviceInputForm">Continue</button>`,
  )
}

/** Device flow: is it the code on your screen? */
export function confirmPage(form: string, code: string): string {
  return page(
    'Sign in a terminal',
    `<p>Does the terminal show <strong>${code}</strong>?</p>${form}
<button autofocus form="op.deviceConfirmForm">Yes, sign in</button>
<button form="op.deviceConfirmForm" value="yes" name="abort">No, stop</button>`,
  )
}

export const donePage = (): string =>
  page('Signed in', '<p>The terminal goes on by itself. You can close this page.</p>')

export const homePage = (): string =>
  page(
    'Local identity server',
    `<p>Ready-made people: ${people.map(({ id }) => id).join(', ')}.</p>`,
  )

/** `detail` is escaped here: it may repeat what the request said. */
export const problemPage = (detail: string): string =>
  page(
    'That did not work',
    `<p>${detail.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</p>`,
  )
