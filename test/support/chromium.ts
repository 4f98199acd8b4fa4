import chromium from '@sparticuz/chromium'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'

export interface Look {
  /** Pixels. */
  readonly width: number
  readonly colors: 'light' | 'dark'
}

export interface Chromium {
  /** A tab that looks so, in a session of its own: a tab is a person. */
  open(url: string, look: Look): Promise<Page>
  /** What pages complained about: errors, and what their rules forbade. */
  readonly complaints: string[]
  close(): Promise<void>
}

/** One process, as its arguments have it, keeps no people apart. */
const ofOneProcess = ['--single-process', '--no-zygote']

/** A real browser, which comes with the packages of the tests. */
export async function startChromium(): Promise<Chromium> {
  const complaints: string[] = []
  const browser: Browser = await puppeteer.launch({
    executablePath: await chromium.executablePath(),
    args: chromium.args.filter((each) => !ofOneProcess.includes(each)),
    headless: 'shell',
  })
  return {
    complaints,
    async open(url, { width, colors }) {
      const session = await browser.createBrowserContext()
      const page = await session.newPage()
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      await page.setViewport({ width, height: 900 })
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: colors }])
      await page.goto(url)
      return page
    },
    close: () => browser.close(),
  }
}

/** How far what is shown is wider than the window, pixels: people would have to push it about. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - innerWidth') as Promise<number>
