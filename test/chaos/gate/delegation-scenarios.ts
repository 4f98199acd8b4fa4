import { decided, type Scenario } from './scenario.ts'

/** Somebody answers by a right that was handed to them, or was until a moment ago. */
export const delegationScenarios: Readonly<Record<string, Scenario>> = {
  'handed over': {
    ...{ moves: true, answers: 3, required: 2, also: ['delegation'] },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada')]
      const del = stage.person('del', ['viewer'])
      stage.expects('without a right', await stage.click(del, 'approve', { digest }), null)
      await stage.handOver(ada, del)
      const told = await Promise.all([
        stage.click(ada, 'approve', { digest }),
        stage.click(del, 'approve', { digest, gateway: 1 }),
      ])
      const half = ['ACCEPTED_PENDING_QUORUM', 'DUPLICATE'] as const
      for (const each of told) stage.expects('one right, two people', each, ...half)
      const last = await stage.click(stage.person('bob'), 'approve', { digest })
      stage.expects('the second of two', last, ...decided)
    },
  },

  'taken back before the click': {
    ...{ moves: true, answers: 2, also: ['delegation', 'withdrawal'] },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada')]
      const del = stage.person('del', ['viewer'])
      const right = await stage.handOver(ada, del)
      const card = await stage.token(del, 'approve', { digest })
      await stage.takeBack(ada, right, 1)
      stage.expects('after it', await stage.click(del, 'approve', { digest }), null)
      stage.expects('by a token of then', await stage.update(card), 'NOT_AUTHORISED', 'DUPLICATE')
      const own = await stage.click(ada, 'approve', { digest })
      stage.expects('by the right itself', own, ...decided)
    },
  },

  'taken back at the click': {
    ...{ moves: true, answers: 2, also: ['delegation', 'withdrawal'] },
    async play(stage) {
      const [digest, ada] = [await stage.digest(), stage.person('ada')]
      const del = stage.person('del', ['viewer'])
      const right = await stage.handOver(ada, del, 1)
      const card = await stage.token(del, 'approve', { digest })
      const [clicked, updated] = await Promise.all([
        stage.click(del, 'approve', { digest, gateway: 1 }),
        stage.update(card),
        stage.takeBack(ada, right),
      ])
      const either = [...decided, 'NOT_AUTHORISED', 'DUPLICATE', null] as const
      stage.expects('while it was taken back', clicked, ...either)
      stage.expects('while it was taken back', updated, ...either)
      stage.expects('afterwards', await stage.click(ada, 'approve', { digest }), ...decided)
    },
  },
}
