import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type DecisionBinding,
  type SigningKey,
  signDecision,
} from '../../../adapters/identity/decision-token.ts'
import type { Person } from '../../../adapters/identity/index.ts'
import { linkAccount } from '../../../adapters/postgres/chat-accounts.ts'
import { findRelease } from '../../../adapters/postgres/releases.ts'
import { decide, signalDecision } from '../../../adapters/temporal/messages.ts'
import type { Answer, Outcome } from '../../../contracts/release.ts'
import { slackHome, slackPeople } from '../../support/slack-people.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import type { GateHouse } from './house.ts'
import { bearerOf } from './said-person.ts'
import { moveTarget } from './target.ts'

/** What somebody was told, for the record to be held against. */
interface Seen {
  readonly via: 'click' | 'update' | 'signal' | 'press'
  readonly person: string
  readonly answer: Answer
  /** Null: a click, whose token stays between gateway and workers, or a token that is none. */
  readonly jti: string | null
  /** Null: nobody was told at once, as after a Signal or a press in chat. */
  readonly outcome: Outcome | null
}

export interface StageInput {
  readonly house: GateHouse
  readonly model: string
  /** Puts other settings of the model in force. */
  readonly apply: (changes: { role: string }) => Promise<void>
  readonly fault: (what: string) => void
}

/** One release and the people before it: what they do is done until it is answered, whoever dies meanwhile. */
export class Stage {
  readonly release: string
  readonly seen: Seen[] = []
  private readonly input: StageInput

  constructor(input: StageInput) {
    this.input = input
    this.release = `${input.model}/1`
  }

  person = (name: string, roles: readonly string[] = ['viewer', 'approver']): Person => ({
    ...{ subject: `${name}@${this.input.model}`, name, roles, groups: [] },
  })

  /** Digest of what is asked now. */
  async digest(): Promise<string> {
    const row = await persist(() => findRelease(this.input.house.db, this.release))
    return row?.evidenceDigest ?? ''
  }

  /** A click on the page or the card, again and again until somebody answers; null: refused before it counts. */
  async click(
    person: Person,
    answer: Answer,
    options: { gateway?: number; digest?: string } = {},
  ): Promise<Outcome | null> {
    const { gateways } = this.input.house
    const { gateway = 0, digest = await this.digest() } = options
    const init = {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${bearerOf(person)}`,
      },
      body: JSON.stringify({ answer, digest, reason: 'chaos' }),
    }
    for (let attempt = 0; attempt * 100 < roundMs; attempt++) {
      const { url } = gateways[(gateway + attempt) % gateways.length]!
      const answered = await fetch(`${url}/v1/releases/${this.release}/decisions`, {
        ...init,
        signal: AbortSignal.timeout(8_000),
      }).then(
        async (response) => ({ status: response.status, body: await response.json() }),
        () => null,
      )
      if (answered?.status === 200) {
        const outcome = answered.body as Outcome
        this.seen.push({ via: 'click', person: person.subject, answer, jti: null, outcome })
        return outcome
      }
      if (answered && answered.status < 500 && answered.status !== 429) return null
      await sleep(100)
    }
    throw new Error(`nobody answered ${person.name}`)
  }

  /** A button of the card that asks now; again until somebody acknowledges it. False: there is none any more. */
  async press(person: Person, verb: 'approve' = 'approve', gateway = 0): Promise<boolean> {
    const { chat, gateways } = this.input.house
    const digest = (await this.digest()).replace(/^sha256:/, '').slice(0, 16)
    for (let attempt = 0; attempt * 100 < roundMs; attempt++) {
      const key = `${this.release}/${digest}/team`
      const card = [...chat.messages.values()].find(
        ({ metadata }) => metadata?.event_payload['key'] === key,
      )
      const { url } = gateways[(gateway + attempt) % gateways.length]!
      const slack = slackPeople(chat, `${url}/chat/slack/team`)
      const { subject, name } = person
      const pressed =
        card && canPress(card, verb)
          ? await slack
              .press({ person: { id: accountOf(person), name }, ts: card.ts, verb })
              .catch(() => null)
          : null
      if (pressed?.status === 200) {
        this.seen.push({ via: 'press', person: subject, answer: verb, jti: null, outcome: null })
        return true
      }
      if (card && !canPress(card, verb)) return false
      await sleep(100)
    }
    throw new Error(`nobody acknowledged ${person.name}`)
  }

  /** The person's chat account is known, and what each may there from now on. */
  async link(...people: readonly Person[]): Promise<void> {
    const { db, giveRights } = this.input.house
    await giveRights(Object.fromEntries(people.map(({ subject, roles }) => [subject, roles])))
    for (const person of people) {
      const { workspace } = slackHome
      const account = { kind: 'slack', workspace, user: accountOf(person), name: person.name }
      await persist(() => linkAccount(db, account, person, new Date()))
    }
  }

  /** Until every press was answered. */
  pressesAnswered = (): Promise<void> =>
    eventually(async () => {
      const { rows } = await this.input.house.db.query(
        'select from chat_answers where subject = $1 and answered_at is null',
        [this.release],
      )
      return rows.length === 0
    })

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

  /** Something is wrong. */
  notes = (fault: string): void => this.input.fault(fault)

  /** Notes it when somebody was told something else. */
  expects(what: string, outcome: Outcome | null, ...allowed: (Outcome['outcome'] | null)[]): void {
    const name = outcome?.outcome ?? null
    if (!allowed.includes(name)) this.notes(`${what}: told ${name}`)
  }
}

const accountOf = ({ subject }: Person): string =>
  `U${createHash('sha256').update(subject).digest('hex').slice(0, 10).toUpperCase()}`

const canPress = ({ blocks }: { blocks: readonly SlackBlock[] }, verb: string): boolean =>
  blocks.some(({ elements }) => elements?.some(({ action_id }) => action_id === verb))

interface SlackBlock {
  readonly elements?: readonly { readonly action_id?: string }[]
}

const claimsOf = (token: string): { jti: string; sub: string; answer: Answer } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
