/** What goes wrong with names, and what it must be called: settings of the client, and what its two resolvers do. */

export interface NameRow {
  readonly name: string
  readonly target: string
  readonly resolvers: string
  readonly hosts?: string
  readonly order?: string
  /** How each resolver answers: by its table, not at all, with an error. The first is 10.9.0.53, the second 10.9.0.54. */
  readonly does?: readonly ('answers' | 'silent' | 'servfail' | 'lies' | 'knows-nothing')[]
  readonly verdict: string
  /** The first of them, with its certainty. */
  readonly first?: string
  /** No cause at all. */
  readonly healthy?: true
  /** Words that the evidence or the remedy must have. */
  readonly says?: RegExp
  /** It must take less, milliseconds: an order of magnitude, no measure. */
  readonly below?: number
}

const ONE = 'nameserver 10.9.0.53\n'
const TWO = 'nameserver 10.9.0.53\nnameserver 10.9.0.54\n'

/** The resolvers' table: names to addresses. The server listens on 10.9.0.2:8080. */
export const TABLE: Readonly<Record<string, readonly string[]>> = {
  'web.example': ['10.9.0.2'],
  'both.example': ['fd09::99', '10.9.0.2'],
  'wrong.example': ['10.9.0.2'],
}

export const NAME_ROWS: readonly NameRow[] = [
  {
    name: 'a name that is known',
    target: 'web.example:8080',
    resolvers: ONE,
    verdict: 'reachable',
    healthy: true,
  },
  {
    name: 'a short name, found by the search list',
    target: 'web:8080',
    resolvers: `${ONE}search nowhere.example example\n`,
    verdict: 'reachable',
    healthy: true,
  },
  {
    name: 'a name of the hosts file, and no resolver',
    target: 'web:8080',
    resolvers: '',
    hosts: '10.9.0.2 web\n',
    verdict: 'reachable',
    healthy: true,
  },
  {
    name: 'the second resolver is silent',
    target: 'web.example:8080',
    resolvers: TWO,
    does: ['answers', 'silent'],
    verdict: 'reachable',
    healthy: true,
  },
  {
    name: 'a name that nobody knows',
    target: 'nobody.example:8080',
    resolvers: ONE,
    verdict: 'unreachable',
    first: 'name-unknown proven',
    says: /10\.9\.0\.53: NXDOMAIN for nobody\.example/,
  },
  {
    name: 'a short name, and no search list',
    target: 'web:8080',
    resolvers: ONE,
    verdict: 'unreachable',
    first: 'name-unknown proven',
    says: /no search list/,
  },
  {
    name: 'a dot at the end of a short name',
    target: 'web.:8080',
    resolvers: `${ONE}search example\n`,
    verdict: 'unreachable',
    first: 'name-unknown proven',
    says: /Leave the dot/,
  },
  {
    name: 'a name of mDNS, which nobody asks',
    target: 'printer.local:8080',
    resolvers: ONE,
    order: 'hosts: files dns\n',
    verdict: 'unreachable',
    first: 'name-unknown proven',
    says: /mDNS/,
  },
  {
    name: 'the only resolver is silent',
    target: 'web.example:8080',
    resolvers: ONE,
    does: ['silent'],
    verdict: 'unreachable',
    first: 'resolver-silent proven',
    says: /10\.9\.0\.53 does not answer/,
    below: 12_000,
  },
  {
    name: 'no resolver runs here, where one is set',
    target: 'web.example:8080',
    resolvers: 'nameserver 127.0.0.53\n',
    verdict: 'unreachable',
    first: 'resolver-silent proven',
    says: /127\.0\.0\.53 can’t be reached \(ECONNREFUSED\)/,
    below: 3_000,
  },
  {
    name: 'no resolver is named',
    target: 'web.example:8080',
    resolvers: '# none\n',
    verdict: 'unreachable',
    first: 'resolver-silent proven',
    says: /none is named/,
    below: 3_000,
  },
  {
    name: 'no way to the resolver',
    target: 'web.example:8080',
    resolvers: 'nameserver 203.0.113.1\n',
    verdict: 'unreachable',
    first: 'resolver-silent proven',
    says: /ENETUNREACH/,
    below: 3_000,
  },
  {
    name: 'a resolver that fails',
    target: 'web.example:8080',
    resolvers: ONE,
    does: ['servfail'],
    verdict: 'unreachable',
    first: 'resolver-silent proven',
    says: /SERVFAIL/,
  },
  {
    name: 'the first resolver is silent, the second answers',
    target: 'web.example:8080',
    resolvers: `${TWO}options timeout:2\n`,
    does: ['silent', 'answers'],
    verdict: 'degraded',
    first: 'resolver-slow proven',
    says: /10\.9\.0\.53: no answer/,
    below: 12_000,
  },
  {
    name: 'the first resolver knows nothing, the second does',
    target: 'web.example:8080',
    resolvers: TWO,
    does: ['knows-nothing', 'answers'],
    verdict: 'unreachable',
    first: 'resolver-differs proven',
    says: /10\.9\.0\.54: web\.example is 10\.9\.0\.2/,
  },
  {
    name: 'a resolver that lies, and another that doesn’t',
    target: 'wrong.example:8080',
    resolvers: TWO,
    does: ['lies', 'answers'],
    verdict: 'unreachable',
    first: 'resolver-differs proven',
    says: /10\.9\.0\.2:8080 takes the connection/,
  },
  {
    name: 'a hosts file that is out of date',
    target: 'wrong.example:8080',
    resolvers: ONE,
    hosts: '10.9.0.99 wrong.example\n',
    verdict: 'unreachable',
    first: 'resolver-differs proven',
    says: /hosts file, line 1/,
  },
  {
    name: 'localhost is ::1 first, and the server is on 127.0.0.1 only',
    target: 'localhost:8081',
    resolvers: ONE,
    hosts: '::1 localhost\n127.0.0.1 localhost\n',
    verdict: 'degraded',
    first: 'localhost-family proven',
  },
  {
    name: 'IPv6 first, which leads nowhere',
    target: 'both.example:8080',
    resolvers: ONE,
    verdict: 'degraded',
    first: 'family-broken proven',
    below: 12_000,
  },
]
