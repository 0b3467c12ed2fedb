/**
 * Makes a judge of a filter's tree: a function from a row to a verdict. Terms that look at columns only are asked
 * before terms that need facts, which changes the cost and never the verdict.
 */

import { familyCode, protocolCode } from '../../../model/socket-columns.ts'
import type { Filter, Term, TextTerm } from './ast.ts'
import { addressJudge, codeJudge, cookieJudge, inodeJudge, portJudge } from './judge-columns.ts'
import {
  cgroupJudge,
  containerJudge,
  deviceJudge,
  exposureJudge,
  holderJudge,
  nameJudge,
  netnsJudge,
  unitJudge,
  userJudge,
} from './judge-facts.ts'
import { metricJudge } from './judge-metric.ts'
import { unixJudge } from './judge-unix.ts'
import { stepBits } from './state-words.ts'
import { both, either, type Judge, NO, opposite, YES } from './verdict.ts'

export function compileFilter(filter: Filter): Judge {
  switch (filter.kind) {
    case 'all':
      return () => YES
    case 'not': {
      const judge = compileFilter(filter.term)
      return (columns, row, facts) => opposite(judge(columns, row, facts))
    }
    case 'and':
      return inOrder(filter.terms).reduce(
        (first, second): Judge =>
          (columns, row, facts) => {
            const verdict = first(columns, row, facts)
            return verdict === NO ? NO : both(verdict, second(columns, row, facts))
          },
      )
    case 'or':
      return inOrder(filter.terms).reduce(
        (first, second): Judge =>
          (columns, row, facts) => {
            const verdict = first(columns, row, facts)
            return verdict === YES ? YES : either(verdict, second(columns, row, facts))
          },
      )
    default:
      return compileTerm(filter)
  }
}

function inOrder(terms: readonly Filter[]): Judge[] {
  return [...terms].sort((a, b) => cost(a) - cost(b)).map(compileFilter)
}

const COSTLY: ReadonlySet<Term['kind']> = new Set(['text', 'exposure', 'device', 'unix'])

function cost(filter: Filter): number {
  if (filter.kind === 'and' || filter.kind === 'or') return Math.max(...filter.terms.map(cost))
  if (filter.kind === 'not') return cost(filter.term)
  if (filter.kind === 'number') return filter.field === 'pid' ? 1 : 0
  if (filter.kind === 'metric') return filter.metric === 'age' ? 1 : 0
  return filter.kind !== 'all' && COSTLY.has(filter.kind) ? 1 : 0
}

function compileTerm(term: Term): Judge {
  switch (term.kind) {
    case 'port':
      return portJudge(term)
    case 'address':
      return addressJudge(term)
    case 'unix':
      return unixJudge(term)
    case 'device':
      return deviceJudge(term.device)
    case 'state':
      return codeJudge('state', stepBits(term.steps))
    case 'protocol':
      return codeJudge('protocol', bitsOf(term.protocols.map(protocolCode)))
    case 'family':
      return codeJudge('family', bitsOf(term.families.map(familyCode)))
    case 'number': {
      if (term.field === 'inode') return inodeJudge(term.values)
      const pids = new Set(term.values)
      return holderJudge(({ pid }) => pids.has(pid))
    }
    case 'cookie':
      return cookieJudge(term)
    case 'text':
      return TEXT_JUDGES[term.field](term.match)
    case 'exposure':
      return exposureJudge(term)
    case 'metric':
      return metricJudge(term)
  }
}

const bitsOf = (codes: readonly number[]): number => codes.reduce((bits, code) => bits | (1 << code), 0)

const TEXT_JUDGES: Readonly<Record<TextTerm['field'], (match: TextTerm['match']) => Judge>> = {
  name: nameJudge,
  user: userJudge,
  unit: unitJudge,
  container: containerJudge,
  netns: netnsJudge,
  cgroup: cgroupJudge,
}
