import { randomBytes } from 'node:crypto'
import {
  type DecisionBinding,
  type SigningKey,
  signDecision,
} from '../../../adapters/identity/decision-token.ts'
import type { Person } from '../../../adapters/identity/index.ts'
import { listGateEvents } from '../../../adapters/postgres/gate-events.ts'
import { listIncidents } from '../../../adapters/postgres/incidents.ts'
import { findRelease } from '../../../adapters/postgres/releases.ts'
import { findReview } from '../../../adapters/postgres/reviews.ts'
import { decide, signalDecision, tellSteward } from '../../../adapters/temporal/messages.ts'
import type { GateEventKind } from '../../../contracts/gate-event.ts'
import type { Incident } from '../../../contracts/incident.ts'
import type { JudgedBy } from '../../../contracts/performance-finding.ts'
import type { Answer, Outcome, Review } from '../../../contracts/release.ts'
import { verdictOf } from '../../support/scripted-activities.ts'
import { eventually, persist } from '../persist.ts'
import { askGateways } from './ask-gateways.ts'
import type { GateHouse } from './house.ts'
import { InChat } from './in-chat.ts'
import { moveTarget } from './target.ts'

/** What somebody was told, for the record to be held against. */
interface Seen {
  readonly via: 'click' | 'update' | 'signal' | 'press' | 'review'
  readonly person: string
  readonly answer: Answer
  /** Null: a click, whose token stays between gateway and workers, or a token that is none. */
  readonly jti: string | null
  /** Null: nobody was told at once, as after a Signal or a press in chat. */
  readonly outcome: Outcome | null
}

/** What labels or an estimate say of the performance in the window of a day. */
export interface Judged {
  readonly by: JudgedBy
  readonly day: number
  readonly verdict: 'DRIFT' | 'NO_DRIFT'
}

export interface StageInput {
  readonly house: GateHouse
  readonly model: string
  /** Its card is in a Matrix room. */
  readonly inMatrix: boolean
  /** Puts other settings of the model in force. */
  readonly apply: (changes: { role: string }) => Promise<void>
  readonly fault: (what: string) => void
}

/** One release and the people before it: what they do is done until it is answered, whoever dies meanwhile. */
export class Stage {
  readonly release: string
  readonly seen: Seen[] = []
  /** Who was there, with what they could do. */
  readonly people: Person[] = []
  /** What people were told of before anybody answered. */
  readonly waits: GateEventKind[] = []
  /** Ids of the judgements that its steward was told. */
  readonly judged = new Map<string, Judged>()
  readonly chat: InChat
  private readonly input: StageInput

  constructor(input: StageInput) {
    this.input = input
    this.release = `${input.model}/1`
    const { house, inMatrix } = input
    this.chat = new InChat({
      ...{ house, inMatrix, release: this.release, digest: () => this.digest() },
      answered: ({ subject: person }, answer) =>
        this.seen.push({ via: 'press', person, answer, jti: null, outcome: null }),
    })
  }

  person(name: string, roles: readonly string[] = ['viewer', 'approver']): Person {
    const person = { subject: `${name}@${this.input.model}`, name, roles, groups: [] }
    this.people.push(person)
    return person
  }

  /** Digest of what is asked now. */
  async digest(): Promise<string> {
    const row = await persist(() => findRelease(this.input.house.db, this.release))
    return row?.evidenceDigest ?? ''
  }

  /** A click on the page or the card, again and again until somebody answers; null: refused before it counts. */
  async click(
    person: Person,
    answer: Answer,
    options: { gateway?: number; digest?: string; breakGlass?: true } = {},
  ): Promise<Outcome | null> {
    const { gateway = 0, digest = await this.digest(), breakGlass } = options
    const body = { answer, digest, reason: 'chaos', ...(breakGlass && { breakGlass }) }
    const path = `releases/${this.release}/decisions`
    const outcome = await this.asks<Outcome>(person, path, body, gateway)
    if (outcome !== null)
      this.seen.push({ via: 'click', person: person.subject, answer, jti: null, outcome })
    return outcome
  }

  /** What somebody thinks of a release whose glass was broken; null: refused before it counts. */
  async review(person: Person, answer: Answer, gateway = 0): Promise<Outcome | null> {
    const body = { answer, digest: await this.digest(), reason: 'chaos' }
    const path = `releases/${this.release}/review`
    const outcome = await this.asks<Outcome>(person, path, body, gateway)
    if (outcome !== null)
      this.seen.push({ via: 'review', person: person.subject, answer, jti: null, outcome })
    return outcome
  }

  /** Somebody hands their right to answer over; its id. */
  async handOver(person: Person, to: Person, gateway = 0): Promise<string> {
    const until = new Date(Date.now() + 3_600_000).toISOString()
    const { model } = this.input
    const body = { to: to.subject, model, until, reason: 'chaos' }
    const made = await this.asks<{ id: string }>(person, 'delegations', body, gateway)
    return made?.id ?? ''
  }

  async takeBack(person: Person, delegation: string, gateway = 0): Promise<void> {
    await this.asks(person, `delegations/${delegation}/end`, {}, gateway)
  }

  /** Null: refused. */
  private asks<T>(person: Person, path: string, body: object, gateway: number): Promise<T | null> {
    return askGateways<T>(this.input.house, { person, path, body, first: gateway })
  }

  /** A token as a gateway would sign it, or as somebody else would. */
  token(
    person: Person,
    answer: Answer,
    changes: Partial<DecisionBinding> & { digest: string; atMs?: number; key?: SigningKey },
  ): Promise<string> {
    const { atMs = Date.now(), key = this.input.house.signingKey(), ...binding } = changes
    return signDecision(key, { release: this.release, ...binding, person, answer }, atMs)
  }

  /** The same Update until it is answered; null: the release is closed. */
  async update(
    token: string,
    { id = randomBytes(6).toString('hex'), worthless = false } = {},
  ): Promise<Outcome | null> {
    const message = { schema: 'driftgate-decision/1' as const, token, reason: 'chaos' }
    const { environment } = this.input.house
    const outcome = await persist(() =>
      environment.client.withDeadline(Date.now() + 8_000, () =>
        decide(environment, this.release, message, id),
      ),
    )
    if (outcome !== null) this.sees('update', token, outcome, worthless)
    return outcome
  }

  /** Once Temporal has taken it; false: the release is closed. */
  async signal(token: string, { worthless = false } = {}): Promise<boolean> {
    const message = { schema: 'driftgate-decision/1' as const, token, reason: 'chaos' }
    const { environment } = this.input.house
    const taken = await persist(() => signalDecision(environment, this.release, message))
    if (taken) this.sees('signal', token, null, worthless)
    return taken === true
  }

  private sees(
    via: 'update' | 'signal',
    token: string,
    outcome: Outcome | null,
    worthless: boolean,
  ): void {
    const { jti, sub: person, answer } = claimsOf(token)
    this.seen.push({ via, person, answer, jti: worthless ? null : jti, outcome })
  }

  /** Somebody else moves what the release would move. */
  moveAway = (): Promise<boolean> =>
    persist(() =>
      moveTarget(this.input.house.db, {
        ...{ name: this.input.model, version: '9', expected: null, byUs: false },
      }),
    )

  apply = (changes: { role: string }): Promise<void> => persist(() => this.input.apply(changes))

  rotateKeys = (): Promise<void> => this.input.house.rotateKeys()

  cardShown = (): Promise<void> =>
    eventually(async () => {
      const { rows } = await this.input.house.db.query(
        `select from cards where kind = 'release' and subject = $1 and shown > 0`,
        [this.release],
      )
      return rows.length > 0
    })

  /** Until other evidence is shown than that. */
  askedAnew = (digest: string): Promise<void> =>
    eventually(async () => (await this.digest()) !== digest)

  ended = (): Promise<void> =>
    eventually(async () => {
      const row = await findRelease(this.input.house.db, this.release)
      return row?.endedAt != null
    })

  /** Until a freeze keeps what was approved. */
  held = (): Promise<void> =>
    eventually(async () => {
      const row = await findRelease(this.input.house.db, this.release)
      return row?.reason.startsWith('frozen') === true
    })

  /** Until people were told that this is due. */
  async told(kind: GateEventKind): Promise<void> {
    await eventually(async () => {
      const events = await listGateEvents(this.input.house.db, this.release)
      return events.some((event) => event.kind === kind && event.toldAt !== null)
    })
    this.waits.push(kind)
  }

  /** How the review ended, once it has. */
  async reviewed(): Promise<Review['state']> {
    const find = () => findReview(this.input.house.db, this.release)
    await eventually(async () => ((await find())?.state ?? 'open') !== 'open')
    return (await persist(find))!.state
  }

  /** The steward of the model is told of the performance in a window. */
  async judges({ by, day, verdict }: Judged): Promise<void> {
    const { model, house } = this.input
    const { window, evidenceDigest, headline } = verdictOf(model, day, 'NO_DRIFT')
    const eventId = `performance/${model}/${by}/${window.start}`
    this.judged.set(eventId, { by, day, verdict })
    const message = { eventId, model, by, verdict, window, evidenceDigest, headline }
    await persist(() => tellSteward(house.environment, model, 'performance-judged', message))
  }

  /** Until the record has such an incident. */
  hasIncident = (such: (incident: Incident) => boolean): Promise<void> =>
    eventually(async () => (await listIncidents(this.input.house.db, this.input.model)).some(such))

  /** Something is wrong. */
  notes = (fault: string): void => this.input.fault(fault)

  /** Notes it when something ended otherwise. */
  ends(what: string, state: string, ...allowed: string[]): void {
    if (!allowed.includes(state)) this.notes(`${what} ended ${state}`)
  }

  /** Notes it when somebody was told something else. */
  expects(
    what: string,
    outcome: Outcome | null,
    ...allowed: readonly (Outcome['outcome'] | null)[]
  ): void {
    const name = outcome?.outcome ?? null
    if (!allowed.includes(name)) this.notes(`${what}: told ${name}`)
  }
}

const claimsOf = (token: string): { jti: string; sub: string; answer: Answer } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
