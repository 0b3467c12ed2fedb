/** What is being asked, on stderr, while a person at a terminal waits for longer than a second. */
import type { OS } from '../../../os/os.ts'
import type { Diagnosis } from '../../../tools/why/why.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../render/clean.ts'

export interface Progress {
  readonly asks: (question: string) => void
  /** The first verdict, before all of it is known. */
  readonly first: (diagnosis: Diagnosis) => void
  end(): Promise<void>
}

const PATIENCE_MS = 1_000

export function progressOn(context: CliContext, os: OS, target: string): Progress {
  if (!context.stderr.isTTY) return { asks: () => {}, first: () => {}, end: async () => {} }
  const over = new AbortController()
  let question = ''
  let late = false
  let writing: Promise<void> = Promise.resolve()
  const say = (text: string): void => {
    writing = writing.then(() => context.stderr.write(`ports: ${clean(target)}: ${clean(text)}\n`))
  }
  const waiting = os.clock.sleep(PATIENCE_MS, over.signal).then(
    () => {
      late = true
      say(question)
    },
    () => {}, // it was over before anybody had to wait
  )
  return {
    asks(asked) {
      question = asked
      if (late) say(asked)
    },
    first(diagnosis) {
      if (late) say(`so far: ${diagnosis.says}`)
    },
    async end() {
      over.abort()
      await waiting
      await writing
    },
  }
}
