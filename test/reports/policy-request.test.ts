import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksOf } from '../../adapters/chat/slack-blocks.ts'
import { homePage } from '../../gateway/pages/home-page.ts'
import { releasePage } from '../../gateway/pages/release-page.ts'
import { modelTree } from '../../reports/model-tree.ts'
import { releaseCard } from '../../reports/release-card.ts'
import { evidencePicture } from '../../reports/release-words.ts'
import { invalidBlocks } from '../support/slack-rules.ts'
import { matchesFile } from '../support/snapshot.ts'
import { pending, policyPages, policyRequest } from './policy-example.ts'

const snapshot = (text: string, name: string) =>
  matchesFile(text, new URL(`snapshots/${name}`, import.meta.url))

test('a looser policy in a terminal: in what it is looser, old against new, who applied it', () => {
  snapshot(`${evidencePicture(policyRequest.evidence)}\n`, 'policy-request.txt')
})

test('its card says what would change and that nobody who applied it may approve', () => {
  const card = releaseCard({
    ...{ view: policyRequest, incidents: [], ending: '', environment: 'production' },
    link: 'https://gateway.example/releases/car-loan/8',
  })
  assert.equal(card.picture, null)
  snapshot(JSON.stringify(card, null, 2), 'card-policy.json')
  const blocks = blocksOf(card, { value: ({ subject }) => `${subject} digest mac` })
  assert.equal(invalidBlocks(blocks as never), null)
})

test('its page shows both gates side by side, and home says what was applied and is not in force', () => {
  const page = releasePage(policyPages.release)
  assert.match(page, /<th scope="col">in force<\/th><th scope="col">asked for<\/th>/)
  assert.match(page, /<strong class="red">looser<\/strong>: 1 person with the role approver/)
  assert.match(page, /Approve: the gate of configuration version 12 comes into force/)
  const home = homePage(...policyPages.home)
  assert.match(
    home,
    /configuration version 12 is not in force: car-loan\/8 was rejected \(by Ada\)/,
  )
  assert.match(home, /driftgate apply --ask-again/)
})

test('the page of another request says by which gate it is not judged', () => {
  const other = releasePage({
    ...policyPages.release,
    policies: [{ ...pending, release: 'car-loan/9' }],
  })
  assert.match(other, /<a href="\/releases\/car-loan\/9">What was asked<\/a>/)
  assert.doesNotMatch(
    releasePage({ ...policyPages.release, policies: [pending] }),
    /What was asked/,
  )
})

test('status says of a model that its gate is not in force, and what to do', () => {
  const view = {
    ...{
      model: 'car-loan',
      critical: true,
      owners: [],
      onCall: null,
      champion: '1',
      absorbed: null,
      verdict: null,
    },
    ...{
      incident: null,
      alsoOpen: [],
      wish: null,
      retraining: null,
      release: null,
      policy: pending,
      readiness: null,
    },
  }
  snapshot(`${modelTree(view)}\n`, 'status-policy.txt')
})
