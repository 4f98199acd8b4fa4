/** A browser as far as sign-in needs one: cookies kept per host and path, redirects followed by hand. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string; host: string }>()

  /** Follows redirects to the page in the end. */
  async open(address: string, init: RequestInit = {}): Promise<Page> {
    let url = new URL(address)
    let request = init
    for (let hops = 0; hops < 12; hops++) {
      const response = await fetch(url, {
        ...request,
        redirect: 'manual',
        headers: { accept: 'text/html', ...request.headers, cookie: this.#header(url) },
      })
      for (const line of response.headers.getSetCookie()) this.#keep(url, line)
      const location = response.headers.get('location')
      if (location === null) {
        return {
          url,
          status: response.status,
          text: await response.text(),
          headers: response.headers,
        }
      }
      await response.body?.cancel()
      url = new URL(location, url)
      request = {}
    }
    throw new Error(`${address} redirects without end`)
  }

  /** Sends a form the way its page would. */
  submit(from: Page, action: string, fields: Record<string, string>): Promise<Page> {
    return this.open(new URL(action, from.url).href, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { origin: from.url.origin },
    })
  }

  #header(url: URL): string {
    return [...this.#cookies]
      .filter(([, { host, path }]) => host === url.host && url.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[1]}=${value}`)
      .join('; ')
  }

  #keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const name = pair.slice(0, pair.indexOf('='))
    const attribute = (wanted: string) =>
      attributes
        .find((each) => each.toLowerCase().startsWith(`${wanted}=`))
        ?.slice(wanted.length + 1)
    const key = `${url.host} ${name}`
    const gone = attribute('max-age') === '0' || Date.parse(attribute('expires') ?? '') < Date.now()
    if (gone) this.#cookies.delete(key)
    else {
      const value = pair.slice(name.length + 1)
      this.#cookies.set(key, { value, path: attribute('path') ?? '/', host: url.host })
    }
  }
}

export interface Page {
  readonly url: URL
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** The value of a hidden field of a page. */
export function hidden(page: Page, name: string): string {
  const found = new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1]
  if (found === undefined) throw new Error(`no field ${name} in ${page.text.slice(0, 500)}`)
  return found
}

/** Opens an address of the gateway and signs in at the local identity server on the way. */
export async function signInAs(browser: Browser, address: string, person: string): Promise<Page> {
  const choose = await browser.open(address)
  if (!choose.text.includes('Who are you?')) return choose
  return browser.submit(choose, choose.url.pathname, { person })
}
