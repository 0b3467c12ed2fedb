/** A scenario file as it was written: what it holds, and where each thing stands. */
import { isCollection, isMap, isScalar, LineCounter, type Node, parseDocument } from 'yaml'
import { type Fault, fault } from '../../model/fault.ts'

export type Place = readonly (string | number)[]

export class ScenarioSource {
  readonly file: string
  readonly value: unknown
  readonly #lines = new LineCounter()
  readonly #contents: Node | null

  /** Throws `E_SCENARIO` for what is no YAML. */
  constructor(text: string, file: string) {
    this.file = file
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      keepSourceTokens: true,
      prettyErrors: false,
      uniqueKeys: true,
    })
    const [error] = document.errors
    this.#contents = document.contents
    if (error !== undefined) throw this.#faultAt(error.pos[0], error.message)
    this.value = document.toJS()
  }

  /** About what stands at a place; where nothing stands, about what is around it. */
  fault(place: Place, why: string): Fault {
    return this.#faultAt(this.#find(place)?.range?.[0] ?? 0, why)
  }

  /** About a key of the mapping at a place. */
  faultAtKey(place: Place, key: string, why: string): Fault {
    const node = this.#find(place)
    const pair = isMap(node) ? node.items.find(one => keyOf(one.key) === key) : undefined
    return this.#faultAt((pair?.key as Node | undefined)?.range?.[0] ?? node?.range?.[0] ?? 0, why)
  }

  /** About the text below a place that the sentence speaks of; else about the place. */
  faultNear(place: Place, why: string): Fault {
    const node = this.#find(place)
    const found = node === undefined ? undefined : spokenOf(node, why)
    return this.#faultAt((found ?? node)?.range?.[0] ?? 0, why)
  }

  /** About a line and column, from 1, of the text that stands at a place. */
  faultWithin(place: Place, line: number, column: number, why: string): Fault {
    const node = this.#find(place)
    const start = node?.range?.[0] ?? 0
    const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')
    if (!isBlock) return this.#faultAt(start, why)
    const at = this.#lines.linePos(start)
    const first = this.#lines.lineStarts[at.line] ?? start
    const indent =
      node.srcToken?.type === 'block-scalar' ? (/^ */.exec(node.srcToken.source)?.[0].length ?? 0) : 0
    const lineStart = this.#lines.lineStarts[at.line + line - 1] ?? first
    return this.#faultAt(lineStart + indent + column - 1, why)
  }

  #faultAt(offset: number, why: string): Fault {
    const { line, col } = this.#lines.linePos(offset)
    return fault('E_SCENARIO', { file: this.file, line: Math.max(1, line), column: Math.max(1, col), why })
  }

  #find(place: Place): Node | undefined {
    let node: unknown = this.#contents
    for (const step of place) {
      const next: unknown = isCollection(node) ? node.get(step, true) : undefined
      if (next === undefined || next === null) break
      node = next
    }
    return (node as Node | null) ?? undefined
  }
}

const keyOf = (key: unknown): unknown => (isScalar(key) ? key.value : key)

/** The scalar that a sentence speaks of first; of several there, the longest. */
function spokenOf(node: Node, why: string): Node | undefined {
  let found: { readonly node: Node; readonly at: number; readonly length: number } | undefined
  const look = (one: unknown): void => {
    if (isScalar(one)) {
      const text = String(one.value)
      const bare = text.replace(/^\S+ +/, '').replace(/\/\d+$/, '')
      for (const said of [text, bare]) {
        const at = said.length < SHORTEST ? -1 : why.indexOf(said)
        if (at === -1) continue
        if (found === undefined || at < found.at || (at === found.at && said.length > found.length))
          found = { node: one, at, length: said.length }
      }
    } else if (isMap(one)) for (const pair of one.items) look(pair.value)
    else if (isCollection(one)) for (const item of one.items) look(item)
  }
  look(node)
  return found?.node
}

/** Shorter texts are in a sentence by chance. */
const SHORTEST = 3
