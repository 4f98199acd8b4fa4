import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { inspect } from 'node:util'
import type { Posting } from '../../adapters/chat/chat-channel.ts'
import { pngOf } from '../../adapters/pictures/png.ts'
import type { ChannelSettings } from '../../contracts/chat-settings.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { releaseCard } from '../../reports/release-card.ts'
import { past } from '../reports/examples.ts'
import { type ChatWorld, chatWorlds } from './chat-worlds.ts'

const card = releaseCard({
  view: past.releases[0]!,
  incidents: past.incidents.slice(0, 1),
  ending: '',
  environment: 'test',
  link: 'https://gateway.example/releases/car-loan/2',
})

const posting = (key: string, revision = 1, over: Partial<Posting> = {}): Posting => ({
  card: { ...card, headline: `${key} as of ${revision}` },
  key,
  revision,
  attemptedAt: null,
  ...over,
})

const code = (wanted: string) => (error: unknown) => {
  assert.ok(error instanceof DriftgateError, inspect(error))
  assert.equal(error.code, wanted)
  return true
}

/** As people read it. */
const unescaped = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/\\([<>])/g, '$1')

/** What every kind of channel promises, held against its product or what stands in for it. */
export function chatContract(kind: ChannelSettings['kind']): void {
  describe(`the chat channel ${kind}`, () => {
    let world: ChatWorld
    before(async () => {
      world = await chatWorlds[kind]()
    })
    after(() => world.close())
    const revisions = async (key: string) =>
      (await world.shown()).flatMap((each) => (each.key === key ? [each.revision] : []))

    test('has its name and a page', () => {
      assert.equal(world.channel.kind, kind)
      const page = new URL(`../../docs/reference/chat/${kind}.md`, import.meta.url)
      assert.ok(existsSync(page), page.href)
    })

    test('shows a card, and another one in its place', async () => {
      const reference = await world.channel.post(posting('a'))
      assert.deepEqual(await revisions('a'), [1])
      await world.channel.update(reference, posting('a', 2))
      await world.channel.update(reference, posting('a', 3))
      const shown = (await world.shown()).filter(({ key }) => key === 'a')
      assert.deepEqual(shown, [{ key: 'a', revision: 3, headline: 'a as of 3' }])
    })

    for (const mishap of ['answer lost', 'request lost', 'broken'] as const) {
      test(`says that it does not know (${mishap}), and a second try makes no second card`, async () => {
        const key = `unknown ${mishap}`
        const attemptedAt = new Date()
        world.next(mishap)
        await assert.rejects(world.channel.post(posting(key)), code('CHAT_UNREACHABLE'))
        const reference = await world.channel.post(posting(key, 2, { attemptedAt }))
        // Where nothing can be looked for, the first one may be there after all.
        const left = world.channel.findsAgain === false && mishap === 'answer lost' ? [1] : []
        assert.deepEqual(await revisions(key), [...left, 2])
        world.next(mishap)
        await assert.rejects(
          world.channel.update(reference, posting(key, 3)),
          code('CHAT_UNREACHABLE'),
        )
        await world.channel.update(reference, posting(key, 3))
        assert.deepEqual(await revisions(key), [...left, 3])
      })
    }

    test('takes a pause as long as it is told, and nothing is shown', async () => {
      world.next('limited')
      await assert.rejects(world.channel.post(posting('limited')), (error) => {
        code('CHAT_RATE_LIMITED')(error)
        assert.equal((error as DriftgateError).details['seconds'], world.pauseSeconds ?? 7)
        return (error as DriftgateError).entry.retryable
      })
      assert.deepEqual(await revisions('limited'), [])
    })

    test('tells a refusal, which no repetition mends', async () => {
      world.next('refused')
      await assert.rejects(world.channel.post(posting('refused')), (error) => {
        code('CHAT_REFUSED')(error)
        return !(error as DriftgateError).entry.retryable
      })
      assert.deepEqual(await revisions('refused'), [])
    })

    test('shows a card that is longer than the product allows', async () => {
      const long = Array.from({ length: 40 }, (_, line) => `${line} <&> ${'𝒳'.repeat(400)}`)
      const over = { headline: long.join(' '), why: long, good: long, risk: long, answers: long }
      const key = 'long'
      const longer = (revision: number) => ({
        ...posting(key, revision),
        card: { ...card, ...over },
      })
      const reference = await world.channel.post(longer(1))
      assert.deepEqual(await revisions(key), [1])
      await world.channel.update(reference, longer(2))
      assert.deepEqual(await revisions(key), [2])
    })

    test('says a reminder beside the card, which stays as it is, where it has a place for that', async (t) => {
      const { channel, beside } = world
      assert.equal(channel.remind === undefined, beside === undefined)
      if (channel.remind === undefined || beside === undefined) return t.diagnostic('it has none')
      const reference = await channel.post(posting('remind'))
      const other = await channel.post(posting('not reminded'))
      await channel.remind(reference, 'half of the time is over & <nobody> answered')
      assert.deepEqual((await beside(reference)).map(unescaped), [
        'half of the time is over & <nobody> answered',
      ])
      assert.deepEqual(await beside(other), [])
      assert.deepEqual(await revisions('remind'), [1])
    })

    test('shows a picture with its words, and another one in its place, where it takes any', async (t) => {
      const { channel, pictured } = world
      assert.equal(channel.upload === undefined, pictured === undefined)
      if (channel.upload === undefined || pictured === undefined)
        return t.diagnostic('it takes none')
      const pictureOf = async (color: string) => ({
        ...{ alt: `all <${color}>`, name: `${color}.png` },
        png: await pngOf(
          `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30" fill="${color}"/></svg>`,
        ),
      })
      const [red, blue] = [await pictureOf('red'), await pictureOf('blue')]
      const shows = (alt: string) => ({ ...card, picture: { alt, link: card.link } })
      const first = { card: shows(red.alt), picture: await channel.upload(red) }
      const reference = await channel.post(posting('picture', 1, first))
      const shownAre = async (picture: typeof red) => {
        const shown = await pictured(reference)
        assert.deepEqual(shown, [{ alt: picture.alt, png: Buffer.from(picture.png) }])
      }
      await shownAre(red)
      await channel.update(reference, posting('picture', 2, first))
      await shownAre(red)
      const second = { card: shows(blue.alt), picture: await channel.upload(blue) }
      await channel.update(reference, posting('picture', 3, second))
      await shownAre(blue)
      assert.deepEqual(await revisions('picture'), [3])
    })

    test('keeps its secret out of every error', async () => {
      for (const mishap of ['answer lost', 'refused', 'limited', 'broken'] as const) {
        world.next(mishap)
        const error = await world.channel.post(posting(`secret ${mishap}`)).catch((each) => each)
        const text = inspect(error, { depth: null, showHidden: true })
        assert.ok(error instanceof DriftgateError)
        assert.ok(!text.includes(world.secret.slice(6)), text)
      }
    })

    test('is reached without showing anything', async () => {
      const before = (await world.shown()).length
      assert.notEqual(await world.channel.probe(), '')
      assert.equal((await world.shown()).length, before)
    })
  })
}
