import assert from 'node:assert/strict'
import test from 'node:test'
import { isFault } from '../../model/fault.ts'
import { formatForwardRule, parseForwardRule } from './forward-rule.ts'

const rules: readonly (readonly [text: string, rule: object, again?: string])[] = [
  ['8080:db:80', { protocol: 'tcp', port: 8080, to: { host: 'db', port: 80 } }],
  ['0:db:80', { protocol: 'tcp', port: 0, to: { host: 'db', port: 80 } }],
  [
    '127.0.0.1:9000:db.internal:5432',
    { protocol: 'tcp', place: '127.0.0.1', port: 9000, to: { host: 'db.internal', port: 5432 } },
  ],
  ['53/udp:dns:53', { protocol: 'udp', port: 53, to: { host: 'dns', port: 53 } }],
  ['udp/53:dns:53', { protocol: 'udp', port: 53, to: { host: 'dns', port: 53 } }, '53/udp:dns:53'],
  ['53/tcp:dns:53', { protocol: 'tcp', port: 53, to: { host: 'dns', port: 53 } }, '53:dns:53'],
  ['*:80:web:8080', { protocol: 'tcp', place: '*', port: 80, to: { host: 'web', port: 8080 } }],
  [
    '[::1]:8080:[2001:DB8:0::1]:80',
    { protocol: 'tcp', place: '::1', port: 8080, to: { host: '2001:db8::1', port: 80 } },
    '[::1]:8080:[2001:db8::1]:80',
  ],
  [
    '[fe80::1%eth0]:53/udp:192.0.2.1:53',
    { protocol: 'udp', place: 'fe80::1%eth0', port: 53, to: { host: '192.0.2.1', port: 53 } },
  ],
  [
    'localhost:80:LOCALHOST:81',
    { protocol: 'tcp', place: 'localhost', port: 80, to: { host: 'localhost', port: 81 } },
    'localhost:80:localhost:81',
  ],
]
for (const [text, rule, again = text] of rules) {
  test(`${text} is read, and written as ${again}`, () => {
    const read = parseForwardRule(text)
    assert.deepEqual(read, rule)
    assert.equal(formatForwardRule(read), again)
    assert.deepEqual(parseForwardRule(again), rule)
  })
}

const refused: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /doesn’t say to whom/],
  ['8080', /doesn’t say to whom/],
  ['8080:80', /names no host: write 8080:localhost:80/],
  ['1:2:3:4:5', /too many colons/],
  ['2001:db8::1:80:db:80', /too many colons/],
  [':8080:db:80', /host is missing/],
  ['8080::80', /host is missing/],
  ['8080:db:', /"", the port to forward to, is none: it is empty/],
  ['http:db:80', /"http", the port to listen on, is none: it is a word/],
  ['8080:db:65536', /the last port is 65535/],
  ['8080:db:0', /nobody can be reached at port 0/],
  ['08080:db:80', /leading zero/],
  ['8000-8010:db:80', /it is a range/],
  ['53:dns:53/udp', /the protocol stands with the port that we listen on/],
  ['53/udp/x:dns:53', /the protocol stands with the port that we listen on/],
  ['udp/53/udp:dns:53', /names a protocol twice/],
  ['sctp/53:dns:53', /"sctp" can’t be forwarded/],
  ['53/UDP:dns:53', /"UDP" can’t be forwarded/],
  ['8080:[db]:80', /"db" in the brackets is not an IPv6 address/],
  ['8080:[::1:80', /brackets don’t stand around one address/],
  ['[::1]x:8080:db:80', /brackets don’t stand around one address/],
  ['8080:d b:80', /a space in it/],
  [' 8080:db:80', /a space in it/],
  ['8080:-db:80', /begins or ends with a hyphen/],
  ['8080:127.1:80', /"127.1" is not a host/],
  ['http://db:80', /"http" can’t be forwarded|is none|is missing/],
]
for (const [text, why] of refused) {
  test(`"${text}" is refused, and shown`, () => {
    assert.throws(
      () => parseForwardRule(text),
      error => {
        assert.ok(isFault(error) && error.code === 'E_FORWARD_SYNTAX', String(error))
        assert.match(error.message, why)
        assert.ok(error.message.startsWith(`"${text}" `), error.message)
        return true
      },
    )
  })
}
