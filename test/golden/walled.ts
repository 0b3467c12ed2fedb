/**
 * A machine with our own table, which drops, and one of an administrator, which refuses a port; and the same while a
 * change is on trial. The JSON is what nft 1.0.6 listed of these rules.
 */
import type { MachineDescription } from '../../src/os/memory/memory.ts'
import { ADDRESSES, minutesAgo } from './harbour.ts'

const OWN_TABLE = `table inet portolan {
	chain input {
		type filter hook input priority filter; policy drop;
		iifname "lo" accept
		ct state established,related accept
		tcp dport 22 accept
	}
}
`

const LISTED = {
  nftables: [
    { metainfo: { version: '1.0.6', release_name: 'Lester Gooch #5', json_schema_version: 1 } },
    { table: { family: 'inet', name: 'portolan', handle: 1 } },
    {
      chain: {
        family: 'inet',
        table: 'portolan',
        name: 'input',
        handle: 1,
        type: 'filter',
        hook: 'input',
        prio: 0,
        policy: 'drop',
      },
    },
    {
      rule: {
        family: 'inet',
        table: 'portolan',
        chain: 'input',
        handle: 2,
        expr: [{ match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'lo' } }, { accept: null }],
      },
    },
    {
      rule: {
        family: 'inet',
        table: 'portolan',
        chain: 'input',
        handle: 3,
        expr: [
          { match: { op: 'in', left: { ct: { key: 'state' } }, right: ['established', 'related'] } },
          { accept: null },
        ],
      },
    },
    {
      rule: {
        family: 'inet',
        table: 'portolan',
        chain: 'input',
        handle: 4,
        expr: [
          { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22 } },
          { accept: null },
        ],
      },
    },
    { table: { family: 'inet', name: 'admin', handle: 2 } },
    {
      chain: {
        family: 'inet',
        table: 'admin',
        name: 'in',
        handle: 1,
        type: 'filter',
        hook: 'input',
        prio: 5,
        policy: 'accept',
      },
    },
    {
      rule: {
        family: 'inet',
        table: 'admin',
        chain: 'in',
        handle: 2,
        comment: 'until the launch',
        expr: [
          { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 443 } },
          { reject: { type: 'tcp reset' } },
        ],
      },
    },
  ],
}

export const walled: MachineDescription = {
  addresses: ADDRESSES,
  self: 950,
  processes: [
    { pid: 940, run: 'bash', terminal: 'tty1' },
    { pid: 950, run: 'ports fw', parent: 940 },
  ],
  filter: { ownTable: OWN_TABLE, systemd: true, views: { 'nft-json': JSON.stringify(LISTED) } },
}

export const onTrial: MachineDescription = {
  ...walled,
  filter: {
    ...walled.filter,
    watched: true,
    trial: {
      id: '930-1',
      boot: 'memory',
      phase: 'applied',
      what: 'apply rules.nft',
      before: null,
      begunAt: minutesAgo(0),
      windowMs: 60_000,
      deadline: 60_000,
      by: { pid: 930, uid: 0, from: '198.51.100.23:50000' },
      connections: [],
    },
  },
}
