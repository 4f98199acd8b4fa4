/** A part of a record that cannot be right: the message, a clause, says why. */
export class Unreadable extends Error {
  /** The feature as the record has it. */
  readonly feature: string

  constructor(feature: string, reason: string) {
    super(`${feature} ${reason}`)
    this.feature = feature
  }
}
