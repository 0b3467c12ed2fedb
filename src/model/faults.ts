/**
 * The catalogue of faults: what each one says, what to do about it, and how a command that ends with it exits.
 *
 * `{name}` is filled from the fault's details. `docs/faults.md` lists them all; a test holds the two together.
 * Exit codes: 2 usage or configuration, 4 missing privilege, 5 timed out, 6 undecided, 70 internal.
 */

import type { FaultEntry } from './fault-entry.ts'
import { FILTER_CHANGE_FAULTS } from './faults-filter-change.ts'
import { FORWARD_FAULTS } from './faults-forward.ts'
import { REACHING_FAULTS } from './faults-reaching.ts'
import { REMOTE_FAULTS } from './faults-remote.ts'
import { SCAN_FAULTS } from './faults-scan.ts'

export const FAULTS = {
  E_PORT_SYNTAX: {
    says: '"{text}" is not a port: {why}',
    hint: 'A port is a whole number from 0 to 65535, in decimal digits, without sign, spaces or leading zeros.',
    exit: 2,
  },
  E_PORT_SET_SYNTAX: {
    says: '"{text}" is not a set of ports: {why}',
    hint: 'Write ports, ranges, service names and classes with commas between, "!" to leave out: 22,8000-8999,!8080,http,dynamic',
    exit: 2,
  },
  E_ADDRESS_SYNTAX: {
    says: '"{text}" is not an IP address: {why}',
    hint: 'Write 192.0.2.1, 2001:db8::1 or fe80::1%eth0.',
    exit: 2,
  },
  E_PREFIX_SYNTAX: {
    says: '"{text}" is not an address prefix: {why}',
    hint: 'Write 10.0.0.0/8 or 2001:db8::/32, with no bits set after the prefix.',
    exit: 2,
  },
  E_ENDPOINT_SYNTAX: {
    says: '"{text}" is not an endpoint: {why}',
    hint: 'Write host:port, 192.0.2.1:80, [::1]:80, :80, 80 or tcp/53.',
    exit: 2,
  },
  E_FLOW_SYNTAX: {
    says: '"{text}" is not a flow: {why}',
    hint: 'Write "tcp 192.0.2.1:40000 -> 198.51.100.7:443".',
    exit: 2,
  },
  E_SUITE_SYNTAX: {
    says: 'the suite can’t be read: line {line}, "{text}": {why}',
    hint: 'Write a verdict and a flow on each line: drop tcp 192.0.2.1:40000 -> 198.51.100.7:443 in eth0',
    exit: 2,
  },
  E_RULES_UNREADABLE: {
    says: 'the packet filter of this machine can’t be read: {why}',
    hint: 'Run it as root, with nft installed; or ask about a file: --rules rules.nft, or - for standard input.',
    exit: 4,
  },
  E_ROUTES_UNREADABLE: {
    says: 'the routes of this machine can’t be read: {why}',
    hint: 'A way can only be followed on a machine that tells its routes: Linux, or one that is simulated.',
    exit: 4,
  },
  E_TRACE_START: {
    says: 'a packet from {address} begins nowhere: {why}',
    hint: 'Name a source that one host of the network has; where several have it, --from <host> says which.',
    exit: 2,
  },
  E_FILE_READ: {
    says: 'could not read {path}: {why}',
    hint: 'Name a file that is there and may be read, or - for standard input.',
    exit: 2,
  },
  E_COMMAND_UNKNOWN: {
    says: '"{text}" is not a command',
    hint: '{suggestion}',
    exit: 2,
  },
  E_USAGE: {
    says: '{what}',
    hint: 'Run "{command} --help" for its flags and three examples.',
    exit: 2,
  },
  E_DURATION_SYNTAX: {
    says: '"{text}" is not a length of time',
    hint: 'Write a number and a unit: 500ms, 30s, 5m or 1h.',
    exit: 2,
  },
  E_VALUE_SYNTAX: {
    says: '"{text}" is not {wanted}',
    hint: 'Write {example}.',
    exit: 2,
  },
  E_FIELD_UNKNOWN: {
    says: '"{text}" is not a field',
    hint: 'The fields are {fields}.',
    exit: 2,
  },
  E_SCHEMA_UNKNOWN: {
    says: '"{text}" is not a document that this command writes',
    hint: 'The documents are {names}.',
    exit: 2,
  },
  E_DOWNLOAD: {
    says: 'could not fetch {url}: {why}',
    hint: 'What was there before is still in use. Check the address and the way to it, or name a mirror.',
    exit: 6,
  },
  E_REGISTRY_FORMAT: {
    says: 'this is not the port registry: {why}; it begins "{got}"',
    hint: 'What was there before is still in use. Wanted is the whole of service-names-port-numbers.csv from IANA, or an index made of it.',
    exit: 6,
  },
  E_FILE_WRITE: {
    says: 'could not write {path}: {why}',
    hint: 'Check who owns the folder, or set XDG_STATE_HOME to one that you may write to.',
    exit: 2,
  },
  E_INTERNAL: {
    says: 'a mistake in this program: {message}',
    hint: 'Please report it, with the command line and what "ports self" prints.',
    exit: 70,
  },
  E_HOST_NAME_SYNTAX: {
    says: '"{text}" is not a host name: {why}',
    hint: 'Write labels of letters, digits and hyphens with dots between, as in db or www.example.com.',
    exit: 2,
  },
  E_TUNABLE_NAME: {
    says: '"{text}" is not the name of a kernel setting',
    hint: 'Use the name that sysctl(8) shows, such as net.ipv4.ip_local_port_range.',
    exit: 2,
  },
  E_NETNS_UNKNOWN: {
    says: 'there is no network namespace "{text}"',
    hint: 'Say self, all, a name that `ip netns` shows, the pid of a process in it, or its inode number.',
    exit: 2,
  },
  E_NETNS_DENIED: {
    says: 'may not read the network namespace {text}',
    hint: 'Entering another namespace needs root (CAP_SYS_ADMIN).',
    exit: 4,
  },
  E_HOST_UNSUPPORTED: {
    says: 'there is no way yet to read the socket table of {platform}',
    hint: 'Names and schemas work everywhere; sockets on Linux, and on macOS through lsof.',
    exit: 6,
  },
  E_FILTER_SYNTAX: {
    says: 'the filter does not read, at character {column}: {why}\n  {text}\n  {pointer}',
    hint: '{next}',
    exit: 2,
  },
  E_FILTER_UNSUPPORTED: {
    says: 'the filter asks for what is not known here, at character {column}: {why}\n  {text}\n  {pointer}',
    hint: '{next}',
    exit: 2,
  },
  E_CONDITION: {
    says: 'the condition does not read, at character {column}: {why}\n  {text}\n  {pointer}',
    hint: 'Write matches as nft does, one after the other: tcp dport 22 not saddr 10.0.0.0/8',
    exit: 2,
  },
  E_RULES_SYNTAX: {
    says: 'the rules do not read, at line {line}, column {column} of {name}: {why}\n  {text}\n  {pointer}',
    hint: '{next}',
    exit: 2,
  },
  E_RULES_FORMAT: {
    says: '{name} is no rule set that reads here: {why}',
    hint: 'Give what "nft list ruleset", "nft -j list ruleset", "iptables-save" or "ip6tables-save" wrote, whole, or a file that nft -f loads.',
    exit: 2,
  },
  E_HOST_UNKNOWN: {
    says: 'the name "{host}" has no address ({code})',
    hint: 'Check the spelling, or give an address: 127.0.0.1:3000, [::1]:3000, or :3000 for all.',
    exit: 2,
  },
  E_DATAGRAMS: {
    says: 'no UDP socket towards {server} can be had ({why})',
    hint: 'Check the address of the server, the routes to it, and that --from is an address of this machine.',
    exit: 6,
  },
  E_RECORDING_FORMAT: {
    says: 'this is not a recording of a machine: {why}; it begins "{got}"',
    hint: 'Wanted is the JSON file that the recorder wrote, whole.',
    exit: 2,
  },
  E_TOOL_MISSING: {
    says: 'there is no {tool} on this system: {why}',
    hint: 'Install {tool}; it is looked for in {places}.',
    exit: 6,
  },
  E_TOOL_TIMEOUT: {
    says: '{tool} did not answer within {seconds} s, and was ended',
    hint: 'Run {command} by hand to see what it waits for: often a file server that is away.',
    exit: 5,
  },
  E_TOOL_FAILED: {
    says: '{tool} failed: {why}',
    hint: 'Run {command} by hand to see more.',
    exit: 6,
  },
  E_PORT_ZERO: {
    says: 'port 0 is reserved: no socket can have it',
    hint: 'In a request to bind, 0 means that the system is to choose; ask for the port that it chose.',
    exit: 2,
  },
  E_BIND_UNSUPPORTED: {
    says: 'no bind can be tried here: {why}',
    hint: 'Ask the machine itself: run the same command there.',
    exit: 6,
  },
  E_BIND_REQUEST: {
    says: 'that bind makes no sense: {why}',
    hint: 'Give an address of this machine and a port from 0 to 65535.',
    exit: 2,
  },
  E_LEASE_UNSUPPORTED: {
    says: 'ports can not be leased here: {why}',
    hint: 'Leases need a running Linux. "ports free" finds a free port everywhere, but holds it for nobody.',
    exit: 6,
  },
  E_LEASE_STORE: {
    says: 'the leases in {place} can not be used: {why}',
    hint: '{next}',
    exit: 6,
  },
  E_LEASE_DAMAGED: {
    says: 'the leases in {place} are damaged: "{entry}" of user {uid} is none',
    hint: 'Nothing was changed. See what it is; its owner or root can remove it.',
    exit: 6,
  },
  E_LEASE_NAME: {
    says: '"{text}" is not a name for a lease: {why}',
    hint: 'Use 1 to 64 letters, digits, dots, hyphens, underscores and slashes, beginning with a letter or digit.',
    exit: 2,
  },
  E_LEASE_HOLDER: {
    says: 'process {pid} can not hold a lease: {why}',
    hint: 'Name a process that is running, or say how long with --ttl.',
    exit: 2,
  },
  E_PROGRAM: {
    says: 'could not start "{program}": {why}',
    hint: 'Check the name after "--"; it is looked for in PATH, and must be executable.',
    exit: 2,
  },
  E_NO_FREE_PORT: {
    says: 'no port could be had: {why}',
    hint: 'Ask for fewer, name another range, or see who has them with "ports leases" and "ports ls -l".',
    exit: 6,
  },
  E_SYSTEM_UNKNOWN: {
    says: 'nothing is known of a system "{text}"',
    hint: '{next}',
    exit: 2,
  },
  E_STOP_ELSEWHERE: {
    says: '{host} is not this machine: only ports of this machine can be stopped',
    hint: 'Run the command there, or name the port alone: ports stop 3000.',
    exit: 2,
  },
  E_STOP_UNCONFIRMED: {
    says: 'nothing was ended: there is no terminal to ask on',
    hint: 'Add --yes to do it without being asked, or --dry-run to see only what would be done.',
    exit: 2,
  },
  E_STOP_FILTER: {
    says: '--connection wants a filter: which connections are to be ended',
    hint: 'Write it as for ports ls: ports stop --connection dst 10.0.0.5 and dport = :443',
    exit: 2,
  },
  E_PROGRAM_MISSING: {
    says: 'could not run {program}: {why}',
    hint: 'Check the spelling, and that the program is in a folder of PATH.',
    exit: 2,
  },
  E_SIM_NETWORK: {
    says: "the simulated network can't be: {why}",
    hint: 'docs/sim.md says what hosts, links and routers take.',
    exit: 2,
  },
  E_SCENARIO: {
    says: '{file}:{line}:{column}: {why}',
    hint: 'docs/sim.md describes scenario files; "ports schema scenario" prints their schema.',
    exit: 2,
  },
  E_WAIT_TIMEOUT: {
    says: 'waited {seconds} s for {target}: {why}',
    hint: 'Wait longer with timeout, or see why with `ports`.',
    exit: 5,
  },
  ...FILTER_CHANGE_FAULTS,
  ...REMOTE_FAULTS,
  ...FORWARD_FAULTS,
  ...REACHING_FAULTS,
  ...SCAN_FAULTS,
} as const satisfies Record<string, FaultEntry>

export type FaultCode = keyof typeof FAULTS
