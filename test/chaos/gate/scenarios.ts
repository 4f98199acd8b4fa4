import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { signingKeyOf } from '../../../adapters/identity/decision-token.ts'
import type { Person } from '../../../adapters/identity/index.ts'
import { delegationScenarios } from './delegation-scenarios.ts'
import { glassScenarios } from './glass-scenarios.ts'
import { incidentScenarios } from './incident-scenarios.ts'
import { matrixScenarios } from './matrix-scenarios.ts'
import { decided, type Scenario } from './scenario.ts'
import { waitingScenarios } from './waiting-scenarios.ts'

const minuteMs = 60_000

export const scenarios: Readonly<Record<string, Scenario>> = {
  'one click': {
    ...{ moves: true, answers: 1 },
    async play(stage) {
      stage.expects('one click', await stage.click(stage.person('ada'), 'approve'), ...decided)
    },
  },

  'approve and reject at once': {
    ...{ moves: 'maybe', answers: 2 },
    async play(stage) {
      const [digest, ada, bob] = [await stage.digest(), stage.person('ada'), stage.person('bob')]
      const told = await Promise.all([
        stage.click(ada, 'approve', { gateway: 0, digest }),
        stage.click(bob, 'reject', { gateway: 1, digest }),
      ])
      const won = told.filter((each) => each?.outcome !== 'ALREADY_DECIDED')
      if (won.length > 1) stage.notes('both were told that they decided')
    },
  },

  'fifty clicks': {
    ...{ moves: 'maybe', answers: 20 },
    async play(stage) {
      const digest = await stage.digest()
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          stage.click(stage.person(`p${index % 25}`), index % 25 < 13 ? 'approve' : 'reject', {
            ...{ gateway: index % 2, digest },
          }),
        ),
      )
    },
  },

  'two of two': {
    ...{ moves: true, answers: 3, required: 2 },
    async play(stage) {
      const [digest, ada, bob] = [await stage.digest(), stage.person('ada'), stage.person('bob')]
      const twice = [0, 1].map((gateway) => stage.click(ada, 'approve', { gateway, digest }))
      await Promise.all([...twice, stage.click(bob, 'approve', { gateway: 1, digest })])
      const again = await stage.click(ada, 'reject', { digest })
      stage.expects('a rejection after both approved', again, 'ALREADY_DECIDED')
    },
  },

  'Signal and Update': {
    ...{ moves: 'maybe', answers: 4 },
    async play(stage) {
      const digest = await stage.digest()
      const [ada, bob] = [stage.person('ada'), stage.person('bob')]
      const [one, other] = await Promise.all([
        stage.token(ada, 'approve', { digest }),
        stage.token(bob, 'reject', { digest }),
      ])
      await Promise.all([
        ...[stage.signal(one), stage.update(one), stage.signal(other), stage.update(other)],
        stage.click(stage.person('eve'), 'approve', { digest }),
      ])
    },
  },

  'one token again and again': {
    ...{ moves: true, answers: 6 },
    async play(stage) {
      const old = await stage.token(stage.person('ada'), 'approve', { digest: 'e'.repeat(64) })
      stage.expects('of old evidence', await stage.update(old), 'STALE_EVIDENCE', 'DUPLICATE')
      await Promise.all([stage.update(old), stage.update(old), stage.signal(old)])
      stage.expects('replayed', await stage.update(old), 'DUPLICATE')
      await stage.click(stage.person('bob'), 'approve')
      stage.expects('replayed at the end', await stage.update(old), null, 'DUPLICATE')
    },
  },

  forged: {
    ...{ moves: true, answers: 7 },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada')]
      const stranger = generateKeyPairSync('ed25519').privateKey
      const key = await signingKeyOf(stranger.export({ format: 'pem', type: 'pkcs8' }).toString())
      const good = await stage.token(ada, 'approve', { digest })
      const [head, body = '', signature] = good.split('.')
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
      const other = Buffer.from(JSON.stringify({ ...claims, sub: 'eve' })).toString('base64url')
      const worthless = [
        await stage.token(ada, 'approve', { digest, key }),
        [head, other, signature].join('.'),
        await stage.token(ada, 'approve', { digest, atMs: Date.now() - 10 * minuteMs }),
        // The clock of a gateway is wrong by more than anybody's may be.
        await stage.token(ada, 'approve', { digest, atMs: Date.now() + 10 * minuteMs }),
      ]
      for (const token of worthless) {
        stage.expects('forged', await stage.update(token, { worthless: true }), 'TOKEN_INVALID')
      }
      await stage.signal(worthless[0]!, { worthless: true })
      const elsewhere = await stage.token(ada, 'approve', { digest, release: 'other/1' })
      stage.expects('of another release', await stage.update(elsewhere), 'TOKEN_INVALID')
      const last = await stage.click(ada, 'approve')
      stage.expects('after all that was forged', last, ...decided)
    },
  },

  'who asked approves': {
    ...{ moves: true, answers: 2 },
    async play(stage) {
      const own = await stage.click(stage.person('asker'), 'approve')
      stage.expects('by who asked', own, 'SELF_APPROVAL')
      await stage.click(stage.person('ada'), 'approve')
    },
  },

  'policy changed': {
    ...{ moves: true, answers: 2 },
    async play(stage) {
      const digest = await stage.digest()
      await stage.apply({ role: 'senior' })
      const stale = await stage.click(stage.person('ada'), 'approve', { digest })
      stage.expects('of what was shown before', stale, 'STALE_EVIDENCE', 'NOT_AUTHORISED', null)
      await stage.askedAnew(digest)
      const senior = stage.person('senior', ['viewer', 'approver', 'senior'])
      stage.expects('of what is shown now', await stage.click(senior, 'approve'), ...decided)
    },
  },

  'role taken away': {
    ...{ moves: false, answers: 1 },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada')]
      const former: Person = { ...ada, roles: ['viewer'] }
      stage.expects('after the role was taken', await stage.click(former, 'approve'), null)
      const token = await stage.token(former, 'approve', { digest })
      stage.expects('by a token of then', await stage.update(token), 'NOT_AUTHORISED')
      await stage.click(stage.person('bob'), 'reject')
    },
  },

  'target moved': {
    ...{ moves: false, answers: 1 },
    async play(stage) {
      const digest = await stage.digest()
      await stage.moveAway()
      const told = await stage.click(stage.person('ada'), 'approve', { digest })
      stage.expects('after the target moved', told, 'STALE_EVIDENCE', 'ALREADY_DECIDED')
    },
  },

  'nobody in time': {
    ...{ moves: false, answers: 1, expiry: '2s', brief: true },
    async play(stage) {
      // Clicks up to the end and beyond: they ask for what nobody shows.
      const old = { digest: randomUUID() }
      const told = await stage.click(stage.person('ada'), 'approve', old)
      stage.expects('while it was open', told, 'STALE_EVIDENCE', 'EXPIRED')
      await stage.ended()
      const late = await stage.click(stage.person('ada'), 'approve')
      stage.expects('after its end', late, 'EXPIRED')
    },
  },

  'pressed in chat': {
    ...{ moves: true, answers: 1, also: ['press'] },
    async play(stage) {
      const ada = stage.person('ada')
      await stage.chat.link(ada)
      await stage.chat.press(ada)
      await stage.chat.press(ada, 'approve', 1)
      await stage.ended()
    },
  },

  'pressed, clicked and signalled': {
    ...{ moves: 'maybe', answers: 3, also: ['press'] },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada')]
      await stage.chat.link(ada)
      const signed = await stage.token(stage.person('eve'), 'approve', { digest })
      await Promise.all([
        stage.chat.press(ada),
        stage.click(stage.person('bob'), 'reject', { gateway: 1, digest }),
        stage.signal(signed),
      ])
    },
  },

  'right taken before the press': {
    ...{ moves: false, answers: 1, also: ['press'] },
    async play(stage) {
      const ada = stage.person('ada')
      await stage.chat.link(ada)
      await stage.chat.link({ ...ada, roles: ['viewer'] })
      await stage.chat.press(ada)
      await stage.chat.pressesAnswered()
      const told = await stage.click(stage.person('bob'), 'reject')
      stage.expects(
        'after the press of somebody without the right',
        told,
        'REJECTED',
        'ALREADY_DECIDED',
      )
    },
  },

  'keys rotated': {
    ...{ moves: true, answers: 2 },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada')]
      const old = await stage.token(ada, 'approve', { digest })
      await stage.rotateKeys()
      const told = await stage.update(old, { worthless: true })
      stage.expects('signed with the former key', told, 'TOKEN_INVALID')
      stage.expects('with the new key', await stage.click(ada, 'approve'), ...decided)
    },
  },

  ...glassScenarios,
  ...delegationScenarios,
  ...waitingScenarios,
  ...matrixScenarios,
  ...incidentScenarios,
}
