/**
 * Variables: `define`, `redefine`, `undefine`. Each block has a scope of its own inside the one around it.
 */
import type { Raw } from './raw.ts'

export class Scope {
  readonly #values = new Map<string, Raw>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  get(name: string): Raw | undefined {
    return this.#values.get(name) ?? this.#outer?.get(name)
  }

  /** Whether this very scope has it: an inner one may hide an outer one. */
  has(name: string): boolean {
    return this.#values.has(name)
  }

  set(name: string, value: Raw): void {
    this.#values.set(name, value)
  }

  delete(name: string): boolean {
    return this.#values.delete(name)
  }

  names(): readonly string[] {
    return [...this.#values.keys(), ...(this.#outer?.names() ?? [])]
  }
}
