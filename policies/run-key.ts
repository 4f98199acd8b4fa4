export interface RunKeyParts {
  readonly model: string
  /** The incident that asked for the retraining; null when a person or the first start did. */
  readonly incident: string | null
  /** Event time from which rows are used, ISO 8601. */
  readonly from: string
  /** SHA-256 of the model's settings in force. */
  readonly settingsDigest: string
  /** Tells apart what would otherwise be the same: the event id of a person's request. */
  readonly request?: string
}

/**
 * The text a run key is the digest of. The same wish gives the same text, however often and by
 * whomever it is asked; `activities/run-key.ts` takes the digest.
 */
export function runKeyText(parts: RunKeyParts): string {
  const fields = [parts.model, parts.incident ?? '', parts.from, parts.settingsDigest]
  if (parts.request !== undefined) fields.push(parts.request)
  return fields.map((field) => field.replaceAll('|', '\\|')).join('|')
}
