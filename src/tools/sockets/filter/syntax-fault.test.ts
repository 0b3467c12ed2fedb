import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isFault } from '../../../model/fault.ts'
import type { Port } from '../../../model/port.ts'
import { FIELDS } from './fields.ts'
import { readFilter } from './read-filter.ts'
import { STATE_WORDS } from './state-words.ts'

const names = (name: string): readonly Port[] => (name === 'ssh' ? [22 as Port] : [])

/** `^` stands before the character that is pointed at. */
const ROWS: readonly [marked: string, why: RegExp, next: RegExp][] = [
  ['^sprot = :22', /"sprot" is no word/, /Did you mean "sport"\?/],
  ['sport = :1 and ^sprot = :22', /"sprot"/, /"sport"/],
  ['^Sport = :22', /"Sport"/, /"sport"/],
  ['^lisen', /"lisen"/, /"listen"/],
  ['^ssh', /"ssh"/, /port ssh for the service, or name~ssh/],
  ['^grafana', /"grafana"/, /name~grafana/],
  ['^"node"', /text alone/, /name~"node"/],
  ['sport = ^', /a port was expected after "sport ="/, /443/],
  ['sport^', /a port was expected after "sport"/, /443/],
  ['sport = ^)', /a port was expected/, /443/],
  ['sport = :^htps', /no service is called "htps"/, /service names/],
  ['sport = :^99999', /65535/, /ranges/],
  ['sport = :^022', /leading zero/, /ranges/],
  ['sport = :^0x16', /0x16/, /ranges/],
  ['sport = :22,^x,80', /no service is called "x"/, /ranges/],
  ['sport = :^', /a port was expected/, /443/],
  ['sport > ^80-90', /compares with one port/, />= :1024/],
  ['sport ^~ 80', /compared as numbers/, />=/],
  ['sport = ^unix:/x', /no ports/, /src unix:/],
  ['src ^localhost', /"localhost" is a name/, /192\.0\.2\.1/],
  ['src ^10.0.0', /3 parts/, /10\.0\.0\.0\/8/],
  ['src ^127.1', /"127.1" is not an address/, /192/],
  ['src 10.0.0.0/^33', /from 0 to 32/, /10\.0\.0\.0\/8/],
  ['src 10.0.0.0/^', /from 0 to 32/, /10\.0\.0\.0\/8/],
  ['src ^[::1', /not closed/, /2001:db8::1/],
  ['src [::1]^80', /a colon and a port/, /2001/],
  ['src [2001:db8::]^/32', /inside the bracket/, /Write \[2001:db8::\/32\]/],
  ['src ^2001:db8::5:80', /in brackets/, /Write \[2001:db8::5\]:80 or \[2001:db8::5:80\]/],
  ['^2001:db8::5:https', /in brackets/, /Write \[2001:db8::5\]:https\./],
  ['src ^fe80::1%eth0', /no zone/, /fe80::1 dev eth0/],
  ['src 10.0.0.1:^none', /no port is left/, /443/],
  ['src ^> 10.0.0.1', /= or != only/, /A filter/],
  ['src ^', /an address was expected after "src"/, /A filter/],
  ['src unix:^[z-a]', /not a pattern/, /A filter/],
  ['^(sport = 22', /not closed/, /A filter/],
  ['sport = 22 ^)', /not opened/, /A filter/],
  ['sport = 22 or ^', /a condition was expected here, and the filter ends/, /A filter/],
  ['(^)', /a condition was expected, not "\)"/, /A filter/],
  ['not ^', /a condition was expected/, /A filter/],
  ['sport = 22 ^= 3', /"and", "or" or the end/, /A filter/],
  ['^= 3', /a condition was expected, not "="/, /A filter/],
  ['^or sport = 3', /a condition was expected, not "or"/, /A filter/],
  ['name=a^=b', /quote a value/, /A filter/],
  ['name=^"abc', /quote is not closed/, /A filter/],
  ['name~^/abc', /no closing "\/"/, /A filter/],
  ['name~/abc/^g', /"g" is not a flag/, /A filter/],
  ['name~^/(abc/', /does not compile/, /A filter/],
  ['name=a,^', /after the comma/, /A filter/],
  ['name=^', /a text was expected after "name ="/, /A filter/],
  ['name ^> a', /is a text/, /~/],
  ['uid=^alice', /not a user id/, /user=alice/],
  ['user=alice|^bob', /"bob"/, /name~bob/],
  ['state ^lisening', /"lisening" is not a state/, /"listening"/],
  ['state = ^foo', /not a state/, /One of listen/],
  ['state ^> listen', /= or != only/, /A filter/],
  ['proto=^tpc', /not a protocol/, /"tcp"/],
  ['family=^ip7', /not a family/, /One of ipv4, ipv6, unix/],
  ['exposure=^publik', /not a level of exposure/, /"public"/],
  ['exposure ^> link,private', /one level/, /A filter/],
  ['pid ^abc', /not a number/, /pid 812/],
  ['pid in ^(1,2)', /a number was expected after "pid in"/, /A filter/],
  ['cookie=^zz', /not a cookie/, /./],
  ['rtt^', /a comparison was expected after "rtt"/, /rtt>50ms/],
  ['rtt ^50ms', /a comparison was expected/, /rtt>50ms/],
  ['rtt ^~ 5', /is a number/, /rtt>50ms/],
  ['rtt>^', /a length of time was expected/, /A filter/],
  ['age<^60', /not a length of time/, /as in 50ms/],
  ['bytes>^1m', /not a number of bytes/, /64Ki/],
  ['bytes>^0.5', /not a number of bytes/, /64Ki/],
  ['queue>^80', /not a percentage/, /80%/],
  ['drops>^1s', /not a number/, /100/],
]

for (const [marked, why, next] of ROWS) {
  const at = marked.indexOf('^')
  const text = marked.slice(0, at) + marked.slice(at + 1)
  test(`"${marked}" is refused`, () => {
    const fault = refusal(text)
    assert.equal(fault.code, 'E_FILTER_SYNTAX')
    assert.equal(fault.details.column, [...text.slice(0, at)].length + 1, String(fault.message))
    assert.match(String(fault.details.why), why)
    assert.match(fault.hint, next)
    const [, shown, pointer] = fault.message.split('\n')
    assert.equal(pointer!.indexOf('^'), shown!.indexOf(text) + at)
  })
}

const UNSUPPORTED: readonly [marked: string, why: RegExp][] = [
  ['^fwmark = 1', /mark/],
  ['sport = 22 and ^fwmark = 0x1/0x3', /mark/],
  ['^autobound', /who chose a port/],
  ['src ^link:ip', /link sockets/],
  ['src ^netlink:kernel', /netlink sockets/],
  ['dst ^vsock:2', /vsock sockets/],
]

for (const [marked, why] of UNSUPPORTED) {
  test(`"${marked}" is unsupported`, () => {
    const fault = refusal(marked.replace('^', ''))
    assert.equal(fault.code, 'E_FILTER_UNSUPPORTED')
    assert.equal(fault.details.column, marked.indexOf('^') + 1)
    assert.match(String(fault.details.why), why)
  })
}

test('control characters and wide ones take one column each in what is shown', () => {
  const fault = refusal('name="\u001b[2J日" and sprot')
  const [, shown, pointer] = fault.message.split('\n')
  assert.equal(shown, '  name="\ufffd[2J日" and sprot')
  assert.equal([...shown!].indexOf('s'), [...pointer!].indexOf('^'))
})

test('200 parentheses are read, and 100,000 are refused, not a crash', () => {
  const nested = (depth: number): string => `${'('.repeat(depth)}22${')'.repeat(depth)}`
  readFilter(nested(190))
  assert.match(refusal(nested(100_000)).message, /nested too deep/)
  assert.match(refusal('not '.repeat(100_000)).message, /nested too deep/)
})

test('law: whatever the text, it is read or refused with a place inside it', () => {
  const word = fc.oneof(
    fc.constantFrom(...FIELDS.keys(), ...STATE_WORDS),
    fc.constantFrom(
      '(',
      ')',
      '=',
      '!=',
      '~',
      '>',
      ',',
      ':',
      '/',
      '"',
      "'",
      '!',
      'and',
      'or',
      'not',
      '22',
      '10.0.0.1',
    ),
    fc.string({ maxLength: 4 }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom('', ' '), (words, between) => {
      const text = words.join(between)
      try {
        readFilter(text, { names })
      } catch (error) {
        assert.ok(isFault(error), String(error))
        assert.match(error.code, /^E_FILTER_/)
        assert.ok(Number(error.details.column) >= 1 && Number(error.details.column) <= [...text].length + 1)
      }
    }),
    { numRuns: 3000 },
  )
})

function refusal(text: string) {
  try {
    readFilter(text, { names })
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new assert.AssertionError({ message: `"${text}" was read` })
}
