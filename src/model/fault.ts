/**
 * The one error type. A fault means that the question could not be asked or answered: bad input, a missing
 * right, a broken tool. A refused connection or a busy port is an answer, never a fault.
 *
 * Codes, messages, hints and exit codes stand in one catalogue, `faults.ts`.
 */
import { FAULTS, type FaultCode } from './faults.ts'

const BRAND = Symbol.for('portolan.fault')

/** What fills the `{placeholders}` of a message. Shown as it was given, control characters escaped. */
export type FaultDetails = Readonly<Record<string, string | number>>

export class Fault extends Error {
  override readonly name = 'Fault'
  readonly [BRAND] = true
  readonly code: FaultCode
  /** What to do next, in one sentence. */
  readonly hint: string
  /** The exit status of a command that ends with this fault. */
  readonly exitCode: number
  readonly details: FaultDetails

  constructor(code: FaultCode, details: FaultDetails = {}, options?: ErrorOptions) {
    const entry = FAULTS[code]
    super(fill(entry.says, details), options)
    this.code = code
    this.hint = fill(entry.hint, details)
    this.exitCode = entry.exit
    this.details = details
  }
}

/** Makes a fault; `throw fault(…)` reads as what it is. */
export const fault = (code: FaultCode, details?: FaultDetails, options?: ErrorOptions): Fault =>
  new Fault(code, details, options)

/** Recognises faults by brand, so that two copies of the package agree. */
export const isFault = (error: unknown): error is Fault =>
  typeof error === 'object' && error !== null && BRAND in error

function fill(template: string, details: FaultDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, key: string) => {
    const value = details[key]
    return value === undefined ? whole : typeof value === 'number' ? String(value) : visible(value)
  })
}

/** Control and bidirectional characters made visible, so that a message can't drive a terminal. */
const visible = (text: string): string =>
  text.replace(
    /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    c => `\\u{${c.codePointAt(0)!.toString(16)}}`,
  )
