/** Listings of versions of nft that aren't installed here. */
import assert from 'node:assert/strict'
import test from 'node:test'
import { parseNftText } from './nft-text.ts'

const NEWER = `table inet t {
	map names {
		typeof osf name : ct mark
		elements = { "Linux" : 0x00000001 }
	}

	map helpers {
		typeof ip6 saddr : ct helper
		flags interval	# count 1
		elements = { 2001:db8::/64 : "ftp-std" }
	}

	map flagged {
		typeof tcp flags . tcp dport : verdict
		elements = { syn | ack . 80 : accept,
			     rst . 100 : drop }
	}

	map raw {
		typeof ip saddr . @ih,32,32 : verdict
		elements = { 192.0.2.1 . 0x14 : accept }
	}

	set helped {
		typeof ct helper
		elements = { "ftp",
			     "sip" }
	}

	ct helper ftp-std {
		type "ftp" protocol tcp
		l3proto inet
	}

	chain c {
		ct mark set osf name map @names
		ct helper set ip6 saddr map @helpers
		tcp flags . tcp dport vmap @flagged
		ip saddr . @ih,32,32 vmap @raw
		ct helper @helped accept
		fib daddr . iif check exists
		icmpv6 type . ip6 daddr { nd-router-solicit . ff02::2, nd-neighbor-solicit . ff02::1:ff00:0/104 } return
		meta mark set ct mark & 0xffff0000 | meta mark
		ct count over 3 drop
		last used 3s
	}
}
`

test('what nft 1.1 lists is read, with nothing left as text', () => {
  const [table] = parseNftText(NEWER).ruleset.tables
  const [chain] = table!.chains
  assert.equal(chain!.rules.length, 10)
  assert.deepEqual(
    table!.sets.map(({ key, mapTo, objectKind }) => [key.length, mapTo.join(), objectKind]),
    [
      [1, 'mark', undefined],
      [1, '', 'ct helper'],
      [2, 'verdict', undefined],
      [2, 'verdict', undefined],
      [1, '', undefined],
    ],
  )
  const text = JSON.stringify(chain, (_, value) => (typeof value === 'bigint' ? String(value) : value))
  assert.doesNotMatch(text, /unsupported/)
})
