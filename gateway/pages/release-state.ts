import type { ReleaseState, ReleaseSubject } from '../../contracts/release.ts'
import { type StateName, states } from '../../reports/vocabulary.ts'

const looks: Readonly<Record<ReleaseState, { state: StateName; word: string; sentence: string }>> =
  {
    waiting: { state: 'waiting', word: 'waiting', sentence: 'Waiting for an answer.' },
    promoting: {
      state: 'running',
      word: 'promoting',
      sentence: 'Approved: traffic is being moved.',
    },
    promoted: { state: 'ok', word: 'promoted', sentence: 'Promoted: this version serves.' },
    'rolled-back': {
      state: 'failed',
      word: 'rolled back',
      sentence: 'Rolled back: the version before has all of the traffic again.',
    },
    rejected: {
      state: 'failed',
      word: 'rejected',
      sentence: 'Rejected: the version before stays.',
    },
    expired: {
      state: 'stale',
      word: 'expired',
      sentence: 'Nobody answered in time: the version before stays.',
    },
    void: {
      state: 'stale',
      word: 'void',
      sentence: 'The request is void: the world moved while it waited.',
    },
    failed: {
      state: 'failed',
      word: 'failed',
      sentence: 'Approved, but the traffic could not be moved.',
    },
  }

/** Where a reference has other sentences than a version. */
const ofReference: Partial<Record<ReleaseState, string>> = {
  promoting: 'Approved: it is being put in force.',
  promoted: 'In force: windows are held against this reference.',
  rejected: 'Rejected: the reference before stays.',
  expired: 'Nobody answered in time: the reference before stays.',
  failed: 'Approved, but it could not be put in force.',
}

const ofPolicy: Partial<Record<ReleaseState, string>> = {
  promoting: 'Approved: it is being put in force.',
  promoted: 'It came into force.',
  rejected: 'Rejected: the gate in force stays.',
  expired: 'Nobody answered in time: the gate in force stays.',
  void: 'The request is void: another gate was applied or came into force while it waited.',
  failed: 'Approved, but it could not be put in force.',
}

const own: Readonly<Record<ReleaseSubject, Partial<Record<ReleaseState, string>>>> = {
  version: {},
  reference: ofReference,
  policy: ofPolicy,
}

/** Icon, word, colour and sentence of a release's state; never colour alone. */
export function stateLook(state: ReleaseState, subject: ReleaseSubject) {
  const { word, sentence: ofVersion, state: name } = looks[state]
  const sentence = own[subject][state] ?? ofVersion
  return { icon: states[name].icon, role: states[name].role, word, sentence }
}
