/** Holds what was told against what was expected: a line for each thing that is wrong. */
import { THIS_HOST } from '../../../src/tools/why/why.ts'
import type { DiagnosedRow } from './diagnosed-row.ts'
import type { Expected, Fault } from './fault.ts'
import type { PlainOutcome } from './lab/plain-connect.ts'
import type { Told } from './lab/told.ts'
import { VERIFIED } from './play.ts'

export function judgeRow(fault: Fault, row: DiagnosedRow): string[] {
  if (row.error !== undefined) return [row.error]
  const { client, withTarget, withRouter, unprivileged, mended } = row
  return [
    ...judgeTold('the client', fault.client, fault.culprit, client!),
    ...(fault.withTarget === undefined
      ? []
      : judgeTold('with the target', fault.withTarget, fault.culprit, withTarget!)),
    ...(fault.withRouter === undefined
      ? []
      : judgeTold('with routers', fault.withRouter, fault.culprit, withRouter!)),
    ...(fault.unprivileged === undefined
      ? judgeFewerProofs(fault, unprivileged!)
      : judgeTold('unprivileged', fault.unprivileged, fault.culprit, unprivileged!)),
    ...judgeFollowed(fault, row),
    ...(mended!.verdict === 'reachable' ? [] : [`mended: ${summary(mended!)}`]),
  ]
}

/** What was done as the advice says makes a plain program's connection work. */
function judgeFollowed(fault: Fault, { followed, through }: DiagnosedRow): string[] {
  if (followed === undefined || isAnswered(fault, through!)) return []
  return [`the advice of ${followed.code} does not help: ${followed.remedy}; then ${JSON.stringify(through)}`]
}

/** It stands, and is answered as the service answers; where openssl has to look, it stands. */
export function goesThrough(fault: Fault, outcome: PlainOutcome): boolean {
  return fault.plain.tls === undefined ? isAnswered(fault, outcome) : outcome.connect === 'connected'
}

const isAnswered = ({ protocol }: Fault, { connect, next = '' }: PlainOutcome): boolean =>
  connect === 'connected' &&
  (next === VERIFIED || (protocol === 'udp' ? OF_DATAGRAMS : OF_STREAMS).test(next))

/** An echo of what was said; a page, or a greeting. */
const OF_DATAGRAMS = /^(?:hello$|x+$|po)/
const OF_STREAMS = /^(?:HTTP\/1\.1 (?:200|400)|220 |hello$)/

export function judgeTold(who: string, expected: Expected, fault: string, told: Told): string[] {
  const culprits = [expected.culprit ?? fault].flat()
  const codes = told.causes.map(({ code }) => code)
  const wrong: string[] = []
  const say = (what: string): void => void wrong.push(`${who}: ${what}; told ${summary(told)}`)
  if (![expected.verdict].flat().includes(told.verdict)) say(`the verdict is not ${expected.verdict}`)
  const [first] = told.causes
  const firsts = expected.first === undefined ? [] : [expected.first].flat()
  if (firsts.length > 0) {
    if (first === undefined || !firsts.includes(first.code)) say(`${firsts.join(' or ')} is not first`)
    const host = expected.host === 'client' ? THIS_HOST : expected.host
    if (first !== undefined && host !== undefined && first.host !== host) say(`it is not at ${host}`)
    if (first !== undefined && expected.stage !== undefined && first.stage !== expected.stage)
      say(`it is not in ${expected.stage}`)
  }
  if (expected.oneOf !== undefined) {
    const beside = codes.filter(code => !expected.oneOf!.includes(code))
    if (beside.length > 0) say(`${beside.join(', ')} can’t be`)
    if (
      expected.oneOf.length > 0 &&
      told.verdict !== 'reachable' &&
      !culprits.some(one => codes.includes(one))
    )
      say(`${culprits.join(' or ')} is not among them`)
  }
  const { at } = expected
  if (
    at !== undefined &&
    !told.causes.some(
      ({ code, host, stage, certainty }) =>
        code === at.code &&
        host === at.host &&
        certainty === at.certainty &&
        (at.stage === undefined || stage === at.stage),
    )
  )
    say(`${at.code} is not ${at.certainty} at ${at.host}`)
  const allowed = [fault, ...culprits, ...firsts, ...(expected.beside ?? [])]
  const proven = told.causes.filter(
    ({ certainty, code }) => certainty === 'proven' && !allowed.includes(code),
  )
  if (proven.length > 0) say(`no proof of ${proven.map(({ code }) => code).join(', ')} is right`)
  return wrong
}

/** Nobody without rights proves what is not so; the culprit is among what is left, or nothing can be told. */
function judgeFewerProofs(fault: Fault, told: Told): string[] {
  const { client } = fault
  const culprits = [client.culprit ?? fault.culprit].flat()
  const verdicts = [...[client.verdict].flat(), 'unknown']
  const allowed = [fault.culprit, ...culprits, ...[client.first ?? []].flat(), ...(client.beside ?? [])]
  const proven = told.causes.filter(
    ({ certainty, code }) => certainty === 'proven' && !allowed.includes(code),
  )
  const codes = told.causes.map(({ code }) => code)
  const isNamed = client.oneOf?.length === 0 || allowed.some(code => codes.includes(code))
  return [
    ...(verdicts.includes(told.verdict) ? [] : [`unprivileged: the verdict can’t be; told ${summary(told)}`]),
    ...(proven.length === 0 ? [] : [`unprivileged: a proof that is wrong; told ${summary(told)}`]),
    ...(isNamed || ['unknown', 'reachable'].includes(told.verdict)
      ? []
      : [`unprivileged: ${culprits.join(' or ')} is not among them; told ${summary(told)}`]),
  ]
}

/** `unreachable: filter-drop (proven, server, input), …` */
export const summary = ({ verdict, causes, ms }: Told): string =>
  `${verdict}: ${causes.map(({ code, certainty, host, stage }) => `${code} (${[certainty, host, stage].filter(Boolean).join(', ')})`).join(', ') || 'no cause'} in ${ms} ms`
