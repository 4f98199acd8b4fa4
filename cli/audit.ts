import {
  type AuditDecision,
  type AuditEntry,
  type AuditEvidence,
  type AuditHeader,
  type AuditResult,
  auditAnswer,
} from '../contracts/audit.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { checkChain, checkEvidence } from '../policies/decision-chain.ts'
import { sha256 } from '../profiles/index.ts'
import { count, instant } from '../reports/numbers.ts'
import type { Canvas } from '../reports/vocabulary.ts'
import { readTrail, type Trail, writeTrail } from './audit-file.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import { startProgress } from './progress.ts'

export const audit: Command = {
  name: 'audit',
  summary: 'who decided what on which evidence: check the chain of decisions, or take it along',
  description:
    '"verify" recomputes the hash of every decision and the digest of all evidence: a decision that was changed, removed, added or put elsewhere is found. A chain that was cut short or written anew as a whole looks right by itself; it is found with --head, a hash that was kept elsewhere: the release worker logs it with each decision (event "decision-recorded"), and the result of each release workflow holds it. "export" writes decisions and evidence as JSON lines, which "verify --file" checks anywhere, without a gateway. Fails with DECISION_CHAIN_BROKEN.',
  arguments: [{ name: '<action>', summary: 'verify or export' }],
  options: [
    { flags: '--head <hash>', summary: 'a hash that was kept outside: a decision must have it' },
    { flags: '--file <file>', summary: 'verify: an export to check; export: where to write it' },
  ],
  examples: [
    'driftgate audit verify',
    'driftgate audit export --file decisions.jsonl --output json',
  ],
  async run(context) {
    const { action } = context.arguments
    const file = context.options['file']
    if (action === 'export') {
      if (typeof file !== 'string') throw wrong('an export needs a place', 'add --file FILE')
      const trail = await fetchTrail(context)
      const result = checked(context, trail)
      const { environment, decisions, head } = result
      const header: AuditHeader = {
        schema: 'driftgate-audit/1',
        environment,
        exportedAt: new Date().toISOString(),
        decisions,
        head,
      }
      writeTrail(context.folder, file, header, trail)
      show(context, result, (found) => `${described(found, context.terminal)}\nwritten to ${file}`)
      return exit('done')
    }
    if (action !== 'verify') {
      throw wrong(`there is no action "${action}"`, 'verify or export')
    }
    const trail =
      typeof file === 'string' ? readTrail(context.folder, file) : await fetchTrail(context)
    const result = checked(context, trail)
    show(context, result, (found) => described(found, context.terminal))
    return exit('done')
  },
}

const wrong = (reason: string, fix: string): DriftgateError =>
  new DriftgateError('USAGE', { reason, fix })

/** The whole chain, page by page; evidence once. */
async function fetchTrail(context: CommandContext): Promise<Trail> {
  const gateway = await openGateway(context)
  const progress = startProgress(context.terminal, 'decisions')
  const entries: AuditEntry[] = []
  const shown = new Set<string>()
  for (let after = 0; ; ) {
    const page = await gateway.get(`audit?after=${after}`, auditAnswer)
    for (const entry of page.entries) {
      if (entry.kind === 'decision') after = entry.seq
      else if (shown.has(entry.digest)) continue
      else shown.add(entry.digest)
      entries.push(entry)
    }
    progress.say(`${count(after)} read`)
    if (!page.last) continue
    progress.end(`${count(after)} decisions read`)
    return { header: { environment: page.environment }, entries }
  }
}

function checked(context: CommandContext, { header, entries }: Trail): AuditResult {
  const links = entries.filter((entry): entry is AuditDecision => entry.kind === 'decision')
  const shown = entries.filter((entry): entry is AuditEvidence => entry.kind === 'evidence')
  const kept = context.options['head']
  const head = typeof kept === 'string' ? kept.toLowerCase() : undefined
  const chain = checkChain(sha256, links, head)
  checkEvidence(sha256, chain.decisions, shown)
  const outcomes: Record<string, number> = {}
  for (const { outcome } of chain.decisions) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
  return {
    schema: 'driftgate-audit-result/1',
    environment: header.environment,
    decisions: chain.decisions.length,
    releases: new Set(chain.decisions.map(({ release }) => release)).size,
    evidence: shown.length,
    head: chain.head,
    keptHead: chain.keptHead,
    from: chain.decisions[0]?.at ?? null,
    to: chain.decisions.at(-1)?.at ?? null,
    outcomes,
  }
}

function described(found: AuditResult, canvas: Canvas): string {
  const { decisions, releases, environment, head, from, to } = found
  if (decisions === 0) return `nobody has decided anything in ${environment} yet`
  const span = `from ${instant(from ?? '')} to ${instant(to ?? '')}`
  return [
    `${canvas.paint('strong', `${count(decisions)} decisions`)} on ${count(releases)} releases in ${environment}, ${span}`,
    columns(Object.entries(found.outcomes).map(([outcome, n]) => [`  ${outcome}`, count(n)])),
    `head ${head}`,
    '',
    canvas.paint('green', 'proved: no decision was changed, removed, added or put elsewhere;'),
    canvas.paint('green', 'the evidence of each is what was shown'),
    found.keptHead === null
      ? 'not proved: that nothing was cut off or written anew as a whole; keep the head elsewhere and give it with --head'
      : canvas.paint(
          'green',
          `the head that you kept is that of decision ${count(found.keptHead)}: up to it nothing was written anew`,
        ),
  ].join('\n')
}
