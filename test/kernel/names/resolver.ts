/** A resolver of the tests: answers on one address by the table, or as it is told on its standard input, a word a line. */
import { createSocket } from 'node:dgram'
import { createInterface } from 'node:readline'
import { familyOf, parseAddress } from '../../../src/model/address.ts'
import { addressRecord, DNS_TYPE, decodeDns, encodeDns } from '../../../src/wire/dns/dns.ts'
import { TABLE } from './names-cases.ts'

const [, , address = ''] = process.argv
let does = 'answers'
createInterface(process.stdin).on('line', line => {
  does = line
  console.log(`does ${line}`)
})
const socket = createSocket('udp4')
socket.on('message', (bytes, from) => {
  const query = decodeDns(bytes)
  const question = query?.questions[0]
  if (query === undefined || question === undefined || does === 'silent') return
  const known = does === 'knows-nothing' ? undefined : TABLE[question.name.toLowerCase()]
  const told = does === 'lies' ? ['10.9.0.98'] : (known ?? [])
  const answers = told
    .map(one => parseAddress(one))
    .filter(one => (familyOf(one) === 'ipv4' ? DNS_TYPE.A : DNS_TYPE.AAAA) === question.type)
    .map(one => addressRecord(question.name, one, 1))
  const rcode = does === 'servfail' ? 2 : known === undefined ? 3 : 0
  const { edns: _, ...plain } = query
  const answer = { ...plain, response: true, recursionAvailable: true, rcode, answers, additionals: [] }
  socket.send(encodeDns(rcode === 2 ? { ...answer, answers: [] } : answer), from.port, from.address)
})
socket.bind(53, address, () => console.log('ready'))
