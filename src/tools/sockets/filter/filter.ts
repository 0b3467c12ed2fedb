/**
 * The filter language of `ports ls` and `ports watch`: which sockets of a table are meant.
 *
 * It takes what people paste from ss(8), and adds owners, exposure and numbers. Differences from ss, all of them
 * deliberate: `and` binds tighter than `or`, as ss(8) documents (ss 6.1 itself reads from left to right); names of
 * hosts are not looked up; ports are decimal (ss reads 022 as 18); words need no spaces around operators and parentheses;
 * states may stand anywhere.
 *
 *     filter     = [ or ]
 *     or         = and { ( "or" | "|" | "||" ) and }
 *     and        = not { [ "and" | "&" | "&&" ] not }
 *     not        = ( "not" | "!" ) not | "(" or ")" | term
 *     term       = port | address | state | list | text | metric | bare
 *     port       = ( "sport" | "lport" | "dport" | "rport" | "port" ) [ compare | equal ] [ family ":" ] ports
 *     address    = ( "src" | "local" | "dst" | "remote" | "peer" | "addr" | "host" ) [ equal ] host { "," host }
 *     state      = ( "state" | "exclude" | "excl" ) [ equal ] word { "," word }
 *     list       = ( "proto" | "protocol" | "family" | "dev" | "iface" | "interface" | "pid" | "inode" | "cookie" )
 *                  [ equal ] value { "," value }
 *                | "exposure" [ equal | compare ] level { "," level }
 *     text       = ( "name" | "process" | "user" | "uid" | "unit" | "container" | "netns" | "cgroup" )
 *                  ( [ equal ] ( "*" | value { "," value } ) | ( "~" | "!~" ) ( value | "/" regex "/" [ "i" ] ) )
 *     metric     = ( "recvq" | "sendq" | "drops" | "queue" | "rtt" | "retrans" | "idle" | "bytes" | "age" )
 *                  ( compare | "=" | "!=" ) number [ unit ]
 *     bare       = ports | host | state word | protocol | family | protocol "/" ports | "*"
 *     equal      = "=" | "==" | "eq" | "in" | "!=" | "ne" | "neq"
 *     compare    = "<" | "lt" | "<=" | "le" | "leq" | ">" | "gt" | ">=" | "ge" | "geq"
 *     host       = [ family ":" ] ( v4 [ "/" length ] | "[" v6 [ "/" length ] "]" | v6 | "*" ) [ ":" ports ]
 *                | ":" ports | [ "unix:" ] pattern
 *     ports      = [ ":" ] ( "*" | [ "!" ] item { "," [ "!" ] item } )       item: number, range, service, class
 *     value      = word | quoted                                             quoted: "…" or '…', with backslashes
 *
 * `x != y` is `not x = y`. `port`, `addr` and bare ports and hosts mean either end. States side by side add up, as in
 * ss: `state listening state established`. Units: ms s m h d; k M G T and Ki Mi Gi Ti; %.
 *
 * Verdicts have three values. A row whose verdict hangs on a fact that isn't known (an owner that is hidden) is
 * undecided: it doesn't match, and it is counted.
 */
import type { Finding } from '../../../model/finding.ts'
import type { SocketColumns } from '../../../model/socket-columns.ts'
import type { SocketQuery } from '../../../os/os.ts'
import { narrowQuery, needsOf, type SpeaksOf, speaksOf } from './analyse.ts'
import type { Filter } from './ast.ts'
import { compileFilter } from './compile.ts'
import { formatFilter } from './format-filter.ts'
import { type ParseOptions, readFilter } from './read-filter.ts'
import type { FilterNeeds, RowFacts } from './row-facts.ts'
import { isUndecided, LACKING, type Lacking, NO, YES } from './verdict.ts'

export interface SocketFilter {
  readonly tree: Filter
  /** What a reader of the text may want to know: where ss reads it otherwise. */
  readonly notes: readonly Finding[]
  /** What has to be made ready in the facts before `judge`. */
  readonly needs: FilterNeeds
  /** What is spoken of, and so must not be left out by default. */
  readonly speaksOf: SpeaksOf
  /** The query, narrowed to what the filter can accept; an accepted row is never lost. */
  narrow(query: SocketQuery): SocketQuery
  /** Which of the rows match. */
  judge(columns: SocketColumns, rows: Uint32Array, facts: RowFacts): Judgement
  /** Which of the rows may match, as far as the columns tell: facts are needed for these only. */
  candidates(columns: SocketColumns, rows: Uint32Array): Uint32Array
  /** Canonical text: reads back as the same filter. */
  toString(): string
}

export interface Judgement {
  /** Row numbers, in the order in which they were given. */
  readonly matched: Uint32Array
  /** How many could not be judged. */
  readonly undecided: number
  /** How many of those for lack of what; a row can lack several. */
  readonly lacking: Readonly<Partial<Record<Lacking, number>>>
}

/** Reads a filter. Throws `E_FILTER_SYNTAX`, which points at the place, or `E_FILTER_UNSUPPORTED`. */
export function parseFilter(text: string, options: ParseOptions = {}): SocketFilter {
  const { filter, notes } = readFilter(text, options)
  return filterOf(filter, notes)
}

/** A filter from its tree. */
export function filterOf(tree: Filter, notes: readonly Finding[] = []): SocketFilter {
  const judgeRow = compileFilter(tree)
  return {
    tree,
    notes,
    needs: needsOf(tree),
    speaksOf: speaksOf(tree),
    narrow: query => narrowQuery(tree, query),
    judge(columns, rows, facts) {
      const matched = new Uint32Array(rows.length)
      const lacks = new Uint32Array(LACKING.length)
      let length = 0
      let undecided = 0
      for (let i = 0; i < rows.length; i++) {
        const verdict = judgeRow(columns, rows[i]!, facts)
        if (verdict === YES) matched[length++] = rows[i]!
        else if (isUndecided(verdict)) {
          undecided++
          for (let bit = 0; bit < lacks.length; bit++) lacks[bit]! += (verdict >> (bit + 1)) & 1
        }
      }
      const lacking = Object.fromEntries(
        LACKING.flatMap((fact, i) => (lacks[i] === 0 ? [] : [[fact, lacks[i]!]])),
      )
      return { matched: matched.slice(0, length), undecided, lacking }
    },
    candidates: (columns, rows) => rows.filter(row => judgeRow(columns, row, null) !== NO),
    toString: () => formatFilter(tree),
  }
}

export type { SpeaksOf } from './analyse.ts'
export type { Filter, Term } from './ast.ts'
export { formatFilter } from './format-filter.ts'
export type { ParseOptions } from './read-filter.ts'
export type { FilterNeeds, RowFacts } from './row-facts.ts'
export type { Lacking } from './verdict.ts'
