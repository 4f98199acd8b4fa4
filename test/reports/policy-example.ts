import { approvalSettings } from '../../contracts/approval-settings.ts'
import { rulesOf } from '../../contracts/gate-rules.ts'
import type { PendingPolicy } from '../../contracts/policy-change.ts'
import type { ReleaseView } from '../../contracts/release.ts'
import type { HeldRetrainings } from '../../contracts/retraining-answer.ts'
import { comparePolicies } from '../../policies/policy-change.ts'

const nowMs = Date.parse('2026-11-27T12:00:00Z')
const gate = (approval: object, people: Record<string, string[]>) =>
  rulesOf(
    { gate: { freeze: [], quietHours: [] }, people },
    { critical: true, owners: ['lending'], approval: approvalSettings.parse(approval) },
  )
const quorum = [{ role: 'approver' }, { group: 'risk' }]
const freeze = [
  { from: '2026-12-19T00:00:00+01:00', until: '2027-01-04T08:00:00+01:00', reason: 'year end' },
]
const before = gate({ quorum, expiry: '3d', freeze }, { olga: ['olga', 'olga-admin'] })
const after = gate({ required: 1, expiry: '7d', breakGlass: { role: 'on-call' } }, {})
const { differences } = comparePolicies(before, after, { nowMs, claimed: false, handedTo: [] })

/** A looser policy that waits at the gate in force. */
export const policyRequest: ReleaseView = {
  ...{ release: 'car-loan/8', model: 'car-loan', state: 'waiting', requestedBy: ['olga'] },
  openedAt: '2026-11-27T10:00:00.000Z',
  expiresAt: '2026-11-30T10:00:00.000Z',
  evidence: {
    schema: 'driftgate-policy-evidence/1',
    ...{ model: 'car-loan', configVersion: 12, appliedBy: 'Olga' },
    ...{ appliedAt: '2026-11-27T09:59:00.000Z', differences: [...differences], before, after },
    policy: {
      ...{ digest: 'b7c2f6d0'.repeat(8), critical: true, required: 2, owners: ['lending'] },
      places: [
        { role: 'approver', count: 1 },
        { group: 'risk', count: 1 },
      ],
    },
  },
  evidenceDigest: '5f0a9c3e'.repeat(8),
  decisions: [],
}

export const pending: PendingPolicy = {
  ...{ model: 'car-loan', configVersion: 12, appliedBy: 'Olga', differences: [...differences] },
  ...{ release: 'car-loan/8', state: 'rejected', reason: 'by Ada' },
}

const session = {
  ...{ csrf: 'c', signedInAt: nowMs },
  person: { subject: 'ada', name: 'Ada', roles: ['approver'], groups: [] },
}

const nothingHeld: HeldRetrainings = { waiting: [], storm: null }

export const policyPages = {
  release: {
    ...{ view: policyRequest, incidents: [], ending: '', session, environment: 'production' },
    ...{ said: null, policies: [], received: [], readiness: null, nowMs },
  },
  home: [
    {
      ...{
        releases: [policyRequest],
        concerns: [],
        readiness: [],
        traceable: [],
        policies: [pending],
      },
      retraining: nothingHeld,
    },
    { session, environment: 'production' },
  ],
} as const
