/** A row: what is in the way of an attempt, and what it comes to. */
import type { Question } from './question.ts'

export interface Row {
  readonly name: string
  /** Rules of nft, by namespace: taken away afterwards. */
  readonly nft?: Readonly<Record<string, string>>
  /** Commands before, and what undoes them: the namespace first. */
  readonly before?: readonly (readonly string[])[]
  readonly after?: readonly (readonly string[])[]
  readonly ask: Question
  readonly as?: 'nobody'
  readonly want: Wanted
}

export interface Wanted {
  /** The kind of the outcome, and its code where there is one: `refused ECONNREFUSED`. */
  readonly outcome: string
  readonly atOnce?: boolean
  /** `3/13 from 10.0.1.1 EHOSTUNREACH`; each once, in order. */
  readonly icmp?: readonly string[]
  /** `out router S 64`; of frames that are alike and follow each other the first. A reason instead where they aren't told. */
  readonly frames?: readonly string[] | string
  readonly sent?: string
  /** What comes back: a text, or a kind with its outcome. */
  readonly received?: string
}

export const filter = (hook: string, rules: string): string =>
  `table inet t { chain c { type filter hook ${hook} priority 0; ${rules}; }; }`
export const [V4, V6] = ['tcp/10.0.2.2:80', 'tcp/[fd00:2::2]:80']
export const attempt = (to: string, more: Partial<Question> = {}): Question => ({
  ask: 'attempt',
  to,
  ...more,
})
export const SYN = 'out router S 64'
/** Silence is waited for so long. */
export const SOON = { timeoutMs: 300 }
