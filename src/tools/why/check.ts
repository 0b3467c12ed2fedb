/**
 * One check: a question, what it looks at, and what it may conclude. Checks run in the order of `checks/checks.ts`, each in one of five
 * phases; a check that has nothing to ask says so by `applies`.
 *
 * | phase | runs |
 * |---|---|
 * | name | once for the target, before there is an address |
 * | before | for each address, before the attempt: what can be foreseen, without sending anything |
 * | attempt | the attempt itself |
 * | after | for each address: what the attempt, and what else can be gathered, comes to |
 * | whole | once: what all addresses together say |
 */
import type { CauseCode } from './causes/causes.ts'
import type { Inquiry, NameInquiry, WholeInquiry } from './inquiry.ts'
import type { Claim } from './suspects.ts'

export const PHASES = ['name', 'before', 'attempt', 'after', 'whole'] as const
export type Phase = (typeof PHASES)[number]

interface CheckOf<P extends Phase, I> {
  /** Kebab case; the file's name. */
  readonly name: string
  readonly phase: P
  /** The question, in a sentence. */
  readonly asks: string
  /** What it looks at, for the documentation. */
  readonly gathers: readonly string[]
  /** What it may raise, move or prove. A claim of another cause is a mistake. */
  readonly concludes: readonly CauseCode[]
  /** Whether there is anything to ask; yes without it. */
  applies?(inquiry: I): boolean
  run(inquiry: I): Promise<CheckResult>
}

export type NameCheck = CheckOf<'name', NameInquiry>
export type WholeCheck = CheckOf<'whole', WholeInquiry>
export interface AddressCheck extends CheckOf<'before' | 'attempt' | 'after', Inquiry> {
  /** Just before the attempt: what will be compared afterwards. Counters, for example. */
  prepare?(inquiry: Inquiry): Promise<void>
}

export type Check = NameCheck | AddressCheck | WholeCheck

export interface CheckResult {
  /** `fine`: nothing wrong there. `found`: something is. `unknown`: it could not be told. */
  readonly result: 'fine' | 'found' | 'unknown'
  /** What came of it, in a sentence without its end. */
  readonly says: string
  readonly claims?: readonly Claim[]
  /** Nothing further can be asked: the attempt would make no sense. */
  readonly stop?: true
}

export const fine = (says: string, claims: readonly Claim[] = []): CheckResult => ({
  result: 'fine',
  says,
  claims,
})
export const found = (says: string, claims: readonly Claim[]): CheckResult => ({
  result: 'found',
  says,
  claims,
})
export const untold = (says: string, claims: readonly Claim[] = []): CheckResult => ({
  result: 'unknown',
  says,
  claims,
})
