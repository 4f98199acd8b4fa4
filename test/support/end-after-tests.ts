import { after } from 'node:test'

/** Longer than the servers and databases of a test take to stop, one after the other, on a busy machine. */
const patienceMs = 180_000

/**
 * Loaded before every test file of a run: a file whose tests have ended but whose process stays, because a
 * server or a connection was left open, fails and says what is open, instead of keeping the run waiting.
 */
after(() => {
  setTimeout(() => {
    const open = process.getActiveResourcesInfo().join(', ')
    console.error(`${process.argv[1]}: the process stays after its last test; open: ${open}`)
    process.exit(1)
  }, patienceMs).unref()
})
