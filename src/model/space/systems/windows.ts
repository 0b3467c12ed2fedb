/** Windows since Vista, from Microsoft's documentation. */
import { documented, type ForeignSystem, untoldProtocols, unverified } from './system.ts'

const REUSE = 'Microsoft, "Using SO_REUSEADDR and SO_EXCLUSIVEADDRUSE"'

export const WINDOWS: ForeignSystem = {
  name: 'windows',
  kind: 'windows',
  title: 'Windows',
  judged: false,
  basis: 'documentation, not tried',
  facts: {
    ephemeralRange: documented(
      { first: 49152, last: 65535 },
      '16,384 ports; 1025-5000 before Vista',
      'Microsoft, "The default dynamic port range for TCP/IP has changed"',
    ),
    ephemeralChange: documented(
      'netsh int ipv4 set dynamicport tcp',
      'with start= and num=; udp and ipv6 each have their own',
      'Microsoft, "The default dynamic port range for TCP/IP has changed"',
    ),
    unprivilegedFrom: documented(0, 'no port needs a right', 'Microsoft, bind function (winsock.h)'),
    timeWait: unverified(
      { least: 30, most: 300 },
      'what TcpTimedWaitDelay may be set to; sources disagree about the default, 120 or 240 s: measure',
      'Microsoft, "Settings that can be modified to improve network performance"',
    ),
    connectExhausted: unverified(
      'WSAENOBUFS',
      '10055; WSAEADDRINUSE (10048) is seen too, with events 4227 and 4231 in the log',
      'reports of users',
    ),
    bindExhausted: unverified('WSAENOBUFS', '10055, or WSAEADDRINUSE (10048)', 'reports of users'),
    reserved: documented(
      'excluded port ranges',
      'WSAEACCES (10013) though nobody listens; Hyper-V keeps blocks of 100 that move at each start. See them with netsh int ipv4 show excludedportrange tcp; those marked * may be bound by name',
      'Microsoft, netsh interface ipv4; reports of users for Hyper-V',
    ),
    reuseAddress: documented(
      'takes-over',
      'a socket that sets it takes a port from any that is not exclusive, and who gets what arrives is undefined; SO_EXCLUSIVEADDRUSE protects',
      REUSE,
    ),
    reusePort: documented('absent', 'there is no such option', REUSE),
    otherUsers: documented(
      'beside-wildcard',
      'a specific address beside another user’s wildcard is WSAEACCES',
      REUSE,
    ),
    v6only: documented(
      true,
      'a socket on :: takes IPv6 only; IPV6_V6ONLY=0 changes it',
      'Microsoft, "IPPROTO_IPV6 socket options"',
    ),
    ...untoldProtocols,
  },
  settings: [],
}
