import { decided, type Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'

const breakGlass = { role: 'lead', review: '1h' }
const lead = (stage: Stage, name = 'lead') => stage.person(name, ['viewer', 'lead'])
const hours = (count: number, nowMs: number): string =>
  new Date(nowMs + count * 3_600_000).toISOString()

/** One person approves alone and at once, and others look at it afterwards. */
export const glassScenarios: Readonly<Record<string, Scenario>> = {
  'glass broken': {
    ...{ moves: true, answers: 4, required: 2, also: ['review'] },
    approval: () => ({ breakGlass }),
    async play(stage) {
      const [digest, boss, ada] = [await stage.digest(), lead(stage), stage.person('ada')]
      const [broke, quorum] = await Promise.all([
        stage.click(boss, 'approve', { digest, breakGlass: true }),
        stage.click(ada, 'approve', { digest, gateway: 1 }),
      ])
      stage.expects('who broke the glass', broke, ...decided)
      const half = ['ACCEPTED_PENDING_QUORUM', 'DUPLICATE', 'ALREADY_DECIDED'] as const
      stage.expects('the first of two', quorum, ...half)
      await stage.ended()
      const own = stage.person(boss.name, ['viewer', 'approver'])
      stage.expects('of their own deed', await stage.review(own, 'approve'), 'SELF_APPROVAL')
      await Promise.all([
        stage.review(ada, 'approve'),
        stage.review(ada, 'approve', 1),
        stage.review(stage.person('bob'), 'approve', 1),
      ])
      stage.ends('the review', await stage.reviewed(), 'upheld')
    },
  },

  'two break the glass, two review': {
    ...{ moves: true, answers: 3, also: ['review'] },
    approval: () => ({ breakGlass }),
    async play(stage) {
      const [digest, ada, bob] = [await stage.digest(), stage.person('ada'), stage.person('bob')]
      const told = await Promise.all(
        ['lead', 'head'].map((name, gateway) =>
          stage.click(lead(stage, name), 'approve', { digest, gateway, breakGlass: true }),
        ),
      )
      const first = told.filter((each) => each?.outcome === 'APPROVED')
      if (first.length > 1) stage.notes('both were told that they broke the glass')
      await stage.ended()
      const thought = await Promise.all([
        stage.review(ada, 'approve'),
        stage.review(bob, 'reject', 1),
      ])
      const won = thought.filter((each) => each?.outcome !== 'ALREADY_DECIDED')
      if (won.length > 1) stage.notes('both were told that theirs is the review')
      stage.ends('the review', await stage.reviewed(), 'upheld', 'objected')
    },
  },

  'review overdue': {
    ...{ moves: true, answers: 2, also: ['review', 'reminder'] },
    approval: () => ({ breakGlass: { ...breakGlass, review: '2s' } }),
    async play(stage) {
      // Whoever is told is told beside the card.
      await stage.cardShown()
      await stage.click(lead(stage), 'approve', { breakGlass: true })
      await stage.ended()
      await stage.told('review-overdue')
      const told = await stage.review(stage.person('ada'), 'reject')
      stage.expects('late, and still a review', told, 'REJECTED', 'ALREADY_DECIDED')
      stage.ends('the review', await stage.reviewed(), 'objected')
    },
  },

  'frozen until the glass is broken': {
    ...{ moves: true, answers: 3, also: ['review'] },
    approval: (nowMs) => ({
      ...{ breakGlass, freeze: [{ from: hours(-1, nowMs), until: hours(1, nowMs) }] },
    }),
    async play(stage) {
      const digest = await stage.digest()
      const told = await stage.click(stage.person('ada'), 'approve', { digest })
      stage.expects('in a freeze', told, ...decided)
      await stage.held()
      await stage.click(lead(stage), 'approve', { digest, breakGlass: true, gateway: 1 })
      await stage.ended()
      await stage.review(stage.person('bob'), 'approve')
      stage.ends('the review', await stage.reviewed(), 'upheld')
    },
  },
}
