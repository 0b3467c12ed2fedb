/**
 * From names back to ports: everybody who calls a port something, judged by a rank, resolved to assignments.
 */
import type { Port } from '../port.ts'
import { PROTOCOLS, type Protocol } from '../protocol.ts'
import { type Assignment, type NameSource, sameName } from './assignment.ts'
import type { Layers } from './layers.ts'

/** One layer's names for one port of one protocol. */
export interface Caller {
  readonly port: Port
  readonly protocol: Protocol
  readonly source: NameSource
  readonly names: readonly string[]
  readonly former: readonly string[]
  readonly text: string | null
}

export interface Ranked extends Caller {
  readonly rank: number
}

/** Smaller is better; null leaves the caller out. */
export type Rank = (caller: Caller) => number | null

/** Names before aliases before habits' words before names withdrawn; null when it is none of them. */
export function rankOfName(name: string, { source, names, former }: Caller): number | null {
  const place = names.findIndex(own => sameName(own, name))
  if (place !== -1) return source === 'habit' ? 2 : Math.min(place, 1)
  return former.some(own => sameName(own, name)) ? 3 : null
}

/** Everybody that a rank lets in, best first, then by port and protocol. IANA's rows without `word` are passed by. */
export function rankCallers(layers: Layers, word: string, rank: Rank): readonly Ranked[] {
  const ranked: Ranked[] = []
  const judge = (caller: Caller): void => {
    const got = rank(caller)
    if (got !== null) ranked.push({ ...caller, rank: got })
  }
  for (const row of layers.iana.mentioning(word)) {
    const { names, former, description: text } = row
    for (const protocol of row.protocols)
      judge({ port: row.first, protocol, source: 'iana', names, former, text })
  }
  for (const source of ['user', 'services'] as const)
    for (const entry of layers[source]?.entries ?? [])
      judge({ ...entry, source, names: [entry.name, ...entry.aliases], former: [], text: entry.comment })
  for (const habit of layers.habits.all())
    judge({ ...habit, source: 'habit', names: [habit.name, ...habit.also], former: [], text: habit.what })
  const place = (protocol: Protocol): number => PROTOCOLS.indexOf(protocol)
  return ranked.sort((a, b) => a.rank - b.rank || a.port - b.port || place(a.protocol) - place(b.protocol))
}

/** The assignment each caller means, each once: the habit where it stands for itself, else the merged answer. */
export function resolveCallers(
  ranked: readonly Ranked[],
  at: (port: Port, protocol: Protocol) => readonly Assignment[],
): Assignment[] {
  const seen = new Set<string>()
  const found: Assignment[] = []
  for (const caller of ranked) {
    const answers = at(caller.port, caller.protocol)
    const own = answers.find(one => one.source === 'habit' && sameName(one.name!, caller.names[0] ?? ''))
    const meant =
      caller.source === 'habit' && own !== undefined ? own : answers.find(one => one.source !== 'habit')
    if (meant === undefined) continue
    const key = `${meant.port} ${meant.protocol} ${meant.source === 'habit' ? meant.name : ''}`
    if (!seen.has(key)) found.push(meant)
    seen.add(key)
  }
  return found
}

/**
 * How well a caller answers words that were searched for. Every word has to be found. A word that is the name counts
 * most, then one that is an alias, begins a name, is a part of it, is a word of the text, is inside a word of either;
 * last, one of names it had once.
 */
const AS_NAME = 0
const AS_ALIAS = 1
const NAME_BEGINS = 2
const NAME_PART = 3
const TEXT_WORD = 4
const NAME_HOLDS = 5
const TEXT_HOLDS = 6
const FORMER = 7

/** null when a word is not found. Words are in lower case. */
export function searchRank(
  words: readonly string[],
  names: readonly string[],
  text: string | null,
  former: readonly string[],
): number | null {
  const lowNames = names.map(name => name.toLowerCase())
  const lowText = (text ?? '').toLowerCase()
  const lowFormer = former.join(' ').toLowerCase()
  let rank = 0
  for (const word of words) {
    const best = Math.min(
      ...lowNames.map((name, i) => rankInName(word, name, i === 0)),
      rankInText(word, lowText),
    )
    if (best < Number.POSITIVE_INFINITY) rank += best
    else if (lowFormer.includes(word)) rank += FORMER
    else return null
  }
  return rank
}

/** Lower case, at white space, each once. */
export const searchWords = (text: string): readonly string[] => [
  ...new Set(text.toLowerCase().split(/\s+/).filter(Boolean)),
]

function rankInName(word: string, name: string, first: boolean): number {
  const at = name.indexOf(word)
  if (at === -1) return Number.POSITIVE_INFINITY
  if (name === word) return first ? AS_NAME : AS_ALIAS
  if (at === 0) return NAME_BEGINS
  return isWordAt(name, word, at) ? NAME_PART : NAME_HOLDS
}

function rankInText(word: string, text: string): number {
  const first = text.indexOf(word)
  for (let at = first; at !== -1; at = text.indexOf(word, at + 1))
    if (isWordAt(text, word, at)) return TEXT_WORD
  return first === -1 ? Number.POSITIVE_INFINITY : TEXT_HOLDS
}

const isWordAt = (text: string, word: string, at: number): boolean =>
  !isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + word.length])
const isWordCharacter = (c: string | undefined): boolean => c !== undefined && /[\p{L}\p{N}]/u.test(c)
