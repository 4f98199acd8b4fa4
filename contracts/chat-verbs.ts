import { z } from 'zod'

/** What can be pressed on a card. */
export const chatVerb = z.enum(['approve', 'reject', 'acknowledge', 'retrain', 'absorb'])
export type ChatVerb = z.infer<typeof chatVerb>

export interface VerbLook {
  /** The kinds of record that it may be about; of a drill nobody can press anything. */
  readonly about: readonly ('release' | 'incident' | 'notice' | 'drill')[]
  /** On the button; three dots where more is asked. */
  readonly button: string
  readonly style: 'primary' | 'danger' | null
  /** What is asked before it counts; null: nothing. */
  readonly reason: { readonly title: string; readonly question: string } | null
  /** What somebody is doing while it is recorded. */
  readonly doing: string
}

/** How each looks, the same in every chat. */
export const verbLooks: Readonly<Record<ChatVerb, VerbLook>> = {
  approve: {
    about: ['release'],
    button: 'Approve',
    style: 'primary',
    reason: null,
    doing: 'approval',
  },
  reject: {
    ...{ about: ['release'], button: 'Reject…', style: 'danger', doing: 'rejection' },
    reason: { title: 'Reject', question: 'Why? It is kept for good.' },
  },
  acknowledge: {
    ...{ about: ['incident', 'notice'], button: 'Acknowledge', style: 'primary', reason: null },
    doing: 'acknowledgement',
  },
  retrain: {
    ...{ about: ['incident'], button: 'Retrain…', style: null, doing: 'request' },
    reason: { title: 'Retrain', question: 'Why? It is kept with the retraining and its release.' },
  },
  absorb: {
    ...{ about: ['incident'], button: 'Absorb…', style: null, doing: 'proposal' },
    reason: { title: 'Absorb', question: 'Why is it harmless? It is kept with the proposal.' },
  },
}

export const isChatVerb = (text: unknown): text is ChatVerb => chatVerb.safeParse(text).success
