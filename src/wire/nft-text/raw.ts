/**
 * A right side as it was written, before it is known what datatype it has: nft reads first and gives types later, so
 * that a variable may be defined before anybody knows what it is for.
 */
import type { Expression } from '../../model/filter/expression.ts'
import type { Statement } from '../../model/filter/statement.ts'
import type { Token } from './token.ts'

export type Raw =
  /** A word, a quoted string, a number or an address: what it means depends on the type. */
  | { readonly kind: 'scalar'; readonly at: Token }
  | { readonly kind: 'range'; readonly at: Token; readonly low: Raw; readonly high: Raw }
  | { readonly kind: 'prefix'; readonly at: Token; readonly base: Raw; readonly length: number }
  | { readonly kind: 'tuple'; readonly at: Token; readonly parts: readonly Raw[] }
  /** `new,established` */
  | { readonly kind: 'list'; readonly at: Token; readonly items: readonly Raw[] }
  | { readonly kind: 'set'; readonly at: Token; readonly elements: readonly RawElement[] }
  | {
      readonly kind: 'bits'
      readonly at: Token
      readonly op: '&' | '|' | '^' | '<<' | '>>'
      readonly left: Raw
      readonly right: Raw
    }
  | { readonly kind: 'reference'; readonly at: Token; readonly set: string }
  | { readonly kind: 'expression'; readonly at: Token; readonly expression: Expression }

export interface RawElement {
  readonly at: Token
  readonly key: Raw | '*'
  /** Of a map. */
  readonly value?: Raw | { readonly kind: 'verdict'; readonly at: Token; readonly statement: Statement }
  /** Seconds. */
  readonly timeout?: number
  /** Seconds. */
  readonly expires?: number
  readonly comment?: string
  readonly statements: readonly Statement[]
}
