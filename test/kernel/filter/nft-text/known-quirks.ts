/** Where the listing of nft 1.0.6 or its JSON says something else than what was loaded, by name of the case. */
export const QUIRKS: Readonly<Record<string, { readonly of: 'listing' | 'json'; readonly because: string }>> =
  {
    'inet: tcp option @34,16,4 5': {
      of: 'listing',
      because: 'nft takes the number for the name of an option, and writes "unknown" for the field',
    },
    'meta priority 0-1:7 accept (ip)': {
      of: 'listing',
      because: 'nft writes "none-1:7", which it refuses itself',
    },
    'ct expiration 500ms accept (ip)': {
      of: 'json',
      because: 'JSON has whole seconds, as have the listings of nft -n',
    },
    'ip saddr . ip dscp { 10.0.0.1 . cs1, 10.0.0.0/8 . 0x8-0x10 } accept (ip)': {
      of: 'listing',
      because: 'nft lists a field that begins inside of a byte, in a concatenation, as shifted',
    },
    'tcp doff . tcp dport { 5 . 22 } accept': { of: 'listing', because: 'the same shift' },
    'ip dscp . ip ecn { cs1 . ce } accept': { of: 'listing', because: 'the same shift' },
    'meta l4proto tcp tproxy to :tcp dport map { 80 : 81 }': {
      of: 'listing',
      because: 'nft leaves the port out',
    },
    'rt0 addr[1] ::1 accept': {
      of: 'listing',
      because: 'nft takes it for srh sid[1], which has the same place',
    },
    'intervals, names, marks, counters in elements': {
      of: 'listing',
      because: 'the kernel has no policy of a set whose size it knows',
    },
    'numbers that a double cannot hold': { of: 'json', because: 'JSON has 64-bit numbers with a sign' },
    '@th,3,5 0x1 accept': { of: 'listing', because: 'nft lists bits inside of a byte as a byte with a mask' },
    'comp flags 3 accept': { of: 'json', because: 'JSON writes == where the text has no sign' },
    'ct status == 0x401 accept': {
      of: 'listing',
      because: 'nft leaves == out before several flags, and with it the difference to "any of them"',
    },
    'ct state == 0x82 accept': { of: 'listing', because: 'the same sign left out' },
    'inet: update @dynm { ip saddr : 5 }': {
      of: 'json',
      because: 'JSON has no statement that updates a map',
    },
    'inet: add @dynm { ip saddr timeout 30s : meta mark }': {
      of: 'json',
      because: 'JSON has no statement that updates a map',
    },
    'update @m9 { ip saddr : meta mark }': {
      of: 'json',
      because: 'JSON has no statement that updates a map',
    },
    'ip: ct original saddr 1.1.1.1': { of: 'json', because: 'JSON leaves the family of the address out' },
    'ip6: ct original saddr ::1': { of: 'json', because: 'JSON leaves the family of the address out' },
  }
