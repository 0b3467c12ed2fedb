/**
 * The programs of the system that tests use, and the Debian package of each. `npm test` looks for them, and on
 * Debian or Ubuntu, as root, installs what is missing. Users of the package need none of them.
 *
 * A package that brings a service doesn't belong here without a word on how the service is kept from starting.
 *
 * @type {ReadonlyArray<{ command: string, package: string, why: string, service?: string }>}
 */
export const SYSTEM_TOOLS = [
  { command: 'ip', package: 'iproute2', why: 'makes the network namespaces that kernel tests live in' },
  { command: 'ss', package: 'iproute2', why: 'a peer: its socket table is compared with ours' },
  { command: 'lsof', package: 'lsof', why: 'a peer: its owners are compared with ours' },
  { command: 'setpriv', package: 'util-linux', why: 'runs a test with fewer rights' },
  { command: 'unshare', package: 'util-linux', why: 'runs a test in namespaces of its own' },
  { command: 'nsenter', package: 'util-linux', why: 'looks into the namespace of a test' },
  { command: 'prlimit', package: 'util-linux', why: 'lets a test run short of descriptors' },
  // Brings nftables.service, which Debian leaves disabled; when enabled it loads rules once and listens on nothing.
  {
    command: 'iptables-legacy',
    package: 'iptables',
    why: 'a peer: loads and lists the rules that we read, the old way and the new',
  },
  { command: 'ipset', package: 'ipset', why: 'makes the sets that rules of iptables ask for' },
  // Brings ufw.service, which does nothing while ENABLED=no stands in /etc/ufw/ufw.conf, as Debian installs it.
  {
    command: 'ufw',
    package: 'ufw',
    why: 'opens and closes ports, in the namespace of a test, by the commands that we show',
  },
  { command: 'tshark', package: 'tshark', why: 'a peer: reads the captures that a simulated network writes' },
  {
    command: 'conntrack',
    package: 'conntrack',
    why: 'a peer: its list of tracked connections is compared with ours',
  },
  // Brings coturn.service, which Debian would start with the machine: it is disabled after the installation.
  {
    command: 'turnserver',
    package: 'coturn',
    service: 'coturn.service',
    why: 'the STUN server that NATs are told apart by, in the namespace of a test',
  },
  { command: 'sysctl', package: 'procps', why: 'sets what "why" advises to set, in the namespace of a test' },
  { command: 'tc', package: 'iproute2', why: 'has a queue drop what leaves, in the namespace of a test' },
  {
    command: 'openssl',
    package: 'openssl',
    why: 'makes certificates that are wrong in one way each, and judges them',
  },
  // Brings ssh.service, which Debian would start with the machine: it is disabled after the installation.
  {
    command: 'sshd',
    package: 'openssh-server',
    service: 'ssh.service',
    why: 'the far end that a remote host is read through, in the namespace of a test',
  },
  {
    command: 'busybox',
    package: 'busybox',
    why: 'the shell of small machines, that a remote host is read by',
  },
  { command: 'ssh', package: 'openssh-client', why: 'how a remote host is reached' },
  { command: 'nft', package: 'nftables', why: 'has connections tracked in the namespace of a test' },
]
