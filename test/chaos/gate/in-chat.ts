import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Person } from '../../../adapters/identity/index.ts'
import { linkAccount } from '../../../adapters/postgres/chat-accounts.ts'
import type { Answer } from '../../../contracts/release.ts'
import { serverName } from '../../../deploy/local/synapse/secrets.ts'
import { slackHome } from '../../support/slack-people.ts'
import { eventually, persist, roundMs } from '../persist.ts'
import type { GateHouse } from './house.ts'
import type { SeenCard } from './matrix-room.ts'
import { pressInSlack, slackCards } from './slack-cards.ts'

export interface InChatInput {
  readonly house: GateHouse
  readonly release: string
  /** The card is in a Matrix room. */
  readonly inMatrix: boolean
  /** Of what is asked now. */
  readonly digest: () => Promise<string>
  /** Somebody answered, and will be told later. */
  readonly answered: (person: Person, answer: Answer) => void
}

/** What people do beside the card of one release, in the chat that shows it. */
export class InChat {
  private readonly input: InChatInput

  constructor(input: InChatInput) {
    this.input = input
  }

  /** A button of the card that asks now; again until somebody acknowledges it. False: there is none any more. */
  async press(person: Person, verb: 'approve' = 'approve', gateway = 0): Promise<boolean> {
    const { chat, matrix, gateways } = this.input.house
    const card = await this.cardToAnswer(verb)
    if (card === null) return false
    if (this.input.inMatrix) await matrix!.react(person.name, card.ts, '✅')
    else {
      for (let attempt = 0; ; attempt++) {
        const at = gateways[(gateway + attempt) % gateways.length]!.url
        const who = { id: accountOf(person), name: person.name }
        if (await pressInSlack(chat, { person: who, ts: card.ts, verb, gateway: at })) break
        if ((await this.cardToAnswer(verb)) === null) return false
        await sleep(100)
      }
    }
    this.input.answered(person, verb)
    return true
  }

  /** In words, in the room. */
  async types(person: Person, verb: Answer): Promise<void> {
    const card = await this.cardToAnswer(verb)
    if (card === null) return
    await this.input.house.matrix!.say(person.name, `${verb} ${card.code} chaos`)
    this.input.answered(person, verb)
  }

  /** The card that asks now, once it is there; null: it does not ask for that any more. */
  private async cardToAnswer(verb: Answer): Promise<SeenCard | null> {
    const digest = (await this.input.digest()).replace(/^sha256:/, '').slice(0, 16)
    const key = `${this.input.release}/${digest}/${this.input.inMatrix ? this.input.house.matrix!.channel : 'team'}`
    for (let attempt = 0; attempt * 100 < roundMs; attempt++) {
      const card = (await this.cards()).find((each) => each.key === key)
      if (card !== undefined) return card.verbs.includes(verb) ? card : null
      await sleep(100)
    }
    throw new Error('no card asks')
  }

  private async cards(): Promise<readonly SeenCard[]> {
    const { chat, matrix } = this.input.house
    return this.input.inMatrix ? matrix!.cards() : slackCards(chat)
  }

  /** The person's chat account is known, and what each may there from now on. */
  async link(...people: readonly Person[]): Promise<void> {
    const { db, giveRights, matrix } = this.input.house
    await giveRights(Object.fromEntries(people.map(({ subject, roles }) => [subject, roles])))
    for (const person of people) {
      const { name } = person
      const account = this.input.inMatrix
        ? { kind: 'matrix', workspace: serverName, user: matrix!.userOf(name), name }
        : { kind: 'slack', workspace: slackHome.workspace, user: accountOf(person), name }
      await persist(async () => {
        // In Matrix it was somebody else's in another round.
        await db.query(
          `update chat_accounts set unlinked_at = now(), unlinked_by = person
           where account = $1 and person <> $2 and unlinked_at is null`,
          [account.user, person.subject],
        )
        await linkAccount(db, account, person, new Date())
      })
    }
  }

  /** Until every press was answered. */
  pressesAnswered = (): Promise<void> =>
    eventually(async () => {
      const { rows } = await this.input.house.db.query(
        'select from chat_answers where subject = $1 and answered_at is null',
        [this.input.release],
      )
      return rows.length === 0
    })
}

const accountOf = ({ subject }: Person): string =>
  `U${createHash('sha256').update(subject).digest('hex').slice(0, 10).toUpperCase()}`
