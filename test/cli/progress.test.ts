import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { columns, visibleWidth } from '../../cli/output.ts'
import { duration, startProgress } from '../../cli/progress.ts'
import { createTerminal, type TerminalInput } from '../../cli/terminal.ts'

function terminalOf(isTTY: boolean, environment: TerminalInput['environment'] = {}) {
  const written: string[] = []
  const sink = { write: (text: string) => void written.push(text), isTTY, columns: 80 }
  const terminal = createTerminal({
    stdout: sink,
    stderr: sink,
    stdinIsTerminal: isTTY,
    environment,
  })
  return { terminal, written }
}

describe('progress', () => {
  it('rewrites one line on a terminal', () => {
    const { terminal, written } = terminalOf(true)
    let now = 0
    const progress = startProgress(terminal, 'scan', () => now)
    progress.say('slice 1 of 4')
    assert.deepEqual(written, [], 'quick work stays quiet')
    now = 65_000
    progress.say('slice 2 of 4')
    progress.end('done')
    assert.deepEqual(written, ['\rscan  slice 2 of 4  1 m 05 s\u001b[K', '\r\u001b[K', 'done\n'])
  })

  it('appends lines with the time of day elsewhere, one per change', () => {
    const { terminal, written } = terminalOf(false)
    let now = 0
    const progress = startProgress(terminal, 'scan', () => now)
    now = 2000
    progress.say('slice 1 of 4')
    progress.say('slice 1 of 4')
    now = 40_000
    progress.say('slice 1 of 4')
    progress.end('done')
    assert.equal(written.length, 3)
    assert.match(written[0]!, /^\d\d:\d\d:\d\d scan {2}slice 1 of 4 {2}2 s\n$/)
    assert.match(written[1]!, /40 s\n$/)
  })

  it('writes durations as people read them', () => {
    assert.deepEqual(
      [900, 8_000, 125_000, 3_840_000].map((ms) => duration(ms)),
      ['0 s', '8 s', '2 m 05 s', '1 h 04 m'],
    )
  })
})

describe('the terminal', () => {
  it('lacks Unicode in a locale with another character set', () => {
    assert.equal(terminalOf(true, { LANG: 'en_US.UTF-8' }).terminal.unicode, true)
    assert.equal(terminalOf(true, {}).terminal.unicode, true)
    assert.equal(terminalOf(true, { LANG: 'C' }).terminal.unicode, false)
    assert.equal(terminalOf(true, { LC_ALL: 'POSIX', LANG: 'C.UTF-8' }).terminal.unicode, false)
    assert.equal(terminalOf(true, { TERM: 'linux' }).terminal.unicode, false)
  })

  it('asks only where someone can answer', () => {
    assert.equal(terminalOf(true).terminal.interactive, true)
    assert.equal(terminalOf(false).terminal.interactive, false)
  })

  it('aligns columns whatever their colours', () => {
    const { terminal } = terminalOf(true)
    const red = terminal.paint('red', 'ab')
    assert.equal(visibleWidth(red), 2)
    assert.equal(
      columns([
        [red, 'x'],
        ['abcd', 'y'],
      ]),
      `${red}    x\nabcd  y`,
    )
  })
})
