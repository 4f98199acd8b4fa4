import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { quote } from '../../cli/shell-word.ts'
import { signalCommand } from '../../cli/signal-command.ts'

test('a quoted word comes back from a shell as it was', () => {
  for (const text of ['plain', 'two words', `it's "$HOME" \`id\` \\ !`, '', 'a\nb', "'"]) {
    const out = execFileSync('sh', ['-c', `printf %s ${quote(text)}`], { encoding: 'utf8' })
    assert.equal(out, text)
  }
})

test('the signal carries token and reason to the release, whatever the reason holds', () => {
  const issued = {
    schema: 'driftgate-token/1' as const,
    token: 'a.b.c',
    expiresAt: '2024-01-01T00:05:00.000Z',
    signal: {
      address: '127.0.0.1:7233',
      namespace: 'default',
      workflowId: 'release/car-loan/1',
      name: 'decide',
    },
  }
  const place = { folder: '/nowhere', environment: { PATH: '/nowhere' } }
  const command = signalCommand(place, issued, `it's "better"`)
  const script = `temporal() { for word in "$@"; do printf '%s\\n' "$word"; done; }; ${command}`
  const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n')
  assert.deepEqual(words.slice(0, 10), [
    ...['workflow', 'signal', '--address', '127.0.0.1:7233', '--namespace', 'default'],
    ...['--workflow-id', 'release/car-loan/1', '--name', 'decide'],
  ])
  assert.deepEqual(JSON.parse(words[11]!), {
    schema: 'driftgate-decision/1',
    token: 'a.b.c',
    reason: `it's "better"`,
  })
})
