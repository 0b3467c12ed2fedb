/** Reads what is compared with a port: `= :22`, `80-90,!85`, `>= :1024`, `inet6:443`. */
import { LAST_PORT, type Port } from '../../../model/port.ts'
import { PortSet } from '../../../model/port-set.ts'
import { all, allOf, type End, type Filter, not } from './ast.ts'
import type { FieldContext } from './field-context.ts'
import { familyTerm, readPorts, takeFamily } from './read-host.ts'
import type { FoundOperator } from './scanner.ts'
import { refuse } from './syntax-fault.ts'

/** With a family before the port only that family is meant, also by `!=`. */
export function readPortTerm(end: End, { word, operator, scanner, reading }: FieldContext): Filter {
  const value = scanner.value()
  if (value === null) {
    const before = operator === null ? word : `${word} ${operator.text}`
    throw refuse(
      reading.text,
      scanner.at,
      `a port was expected after "${before}"`,
      'Write 443, :443, https or 8000-8999.',
    )
  }
  const { family, text, at } = takeFamily(value, reading)
  if (family === 'unix')
    throw refuse(reading.text, value.at, 'unix sockets have no ports', 'Write src unix:/run/x.sock.')
  const ports = readPorts(text, at, reading)
  const term = ports === null ? all : compared(end, ports, operator, at, reading.text)
  return allOf([familyTerm(family), operator?.op === '!=' ? not(term) : term])
}

function compared(
  end: End,
  ports: PortSet,
  operator: FoundOperator | null,
  at: number,
  text: string,
): Filter {
  const op = operator?.op ?? '='
  if (op === '=' || op === '!=') return { kind: 'port', end, ports }
  if (op === '~' || op === '!~')
    throw refuse(text, operator!.at, 'ports are compared as numbers', 'Write =, !=, <, <=, > or >=.')
  if (ports.size !== 1)
    throw refuse(text, at, `"${operator!.text}" compares with one port`, 'Write sport >= :1024.')
  return { kind: 'port', end, ports: side(op, ports.ranges[0]!.first) }
}

function side(op: '<' | '<=' | '>' | '>=', port: number): PortSet {
  const first = op === '>' ? port + 1 : op === '>=' ? port : 0
  const last = op === '<' ? port - 1 : op === '<=' ? port : LAST_PORT
  return new PortSet(first > last ? [] : [{ first: first as Port, last: last as Port }])
}
