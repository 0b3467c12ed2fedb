/** The mutants that change nothing, by file. */
export interface Equivalent {
  readonly file: string
  /** The line, types erased and blanks made one. */
  readonly line: string
  readonly change: readonly [before: string, after: string]
  readonly why: string
  /** Which one, from 1, where the file has several such lines or changes. */
  readonly nth?: number
}

export const EQUIVALENT: readonly Equivalent[] = [
  {
    file: 'bind.ts',
    line: 'socket.remote = null',
    change: ['socket.remote = null', ';'],
    why: 'who a socket without a connection was connected to is asked by outside.ts alone',
  },
  {
    file: 'choose-port.ts',
    line: 'return rounded > 2 ? [withoutTop, visited.slice(1)] : [withoutTop]',
    change: ['2', '3'],
    why: 'the number that is compared is even',
  },
  {
    file: 'connection-table.ts',
    line: 'if (left.length > 0) byPorts.set(ports, left.length === 1 ? left[0] : left)',
    change: ['left.length > 0', '(left.length) >= (0)'],
    why: 'an empty list is none; to take it out frees memory',
  },
  ...[
    ['left.length === 1', '!(left.length === 1)'] as const,
    ['left.length === 1', '(left.length) !== (1)'] as const,
    ['1', '2'] as const,
  ].map(change => ({
    file: 'connection-table.ts',
    line: 'if (left.length > 0) byPorts.set(ports, left.length === 1 ? left[0] : left)',
    change,
    why: 'a list of one is the one by itself; that takes less memory',
  })),
  {
    file: 'connection-table.ts',
    line: 'if (byPorts.size === 0) this.#byAddresses.delete(key)',
    change: ['this.#byAddresses.delete(key)', ';'],
    why: 'a table without connections finds none; to take it out frees memory',
  },
  {
    file: 'connection-table.ts',
    line: 'const portKey = (own , remote ) => (own << 16) | remote',
    change: ['16', '17'],
    why: 'the ports of recorded programs have few bits; its own test has others',
  },
  {
    file: 'demux-datagram.ts',
    line: 'const NO_FIT = -1',
    change: ['1', '2'],
    why: 'any number below every score does',
  },
  {
    file: 'demux-datagram.ts',
    line: "if (address.includes(':')) score += 4",
    change: ['score += 4', ';'],
    why: 'what is scored here competes only with its like, and all have the same peer’s port',
  },
  {
    file: 'demux-datagram.ts',
    line: "if (address.includes(':')) score += 4",
    change: ['4', '5'],
    why: 'what is scored here competes only with its like, and all have the same peer’s port',
  },
  {
    file: 'demux-datagram.ts',
    line: 'else if (address === source) score += 8',
    change: ['8', '9'],
    why: 'between scores of a connected socket, of a device and of neither is more than family and hearing count together',
  },
  {
    file: 'demux-datagram.ts',
    line: 'return withDevice(socket, device, score, 4)',
    change: ['4', '5'],
    why: 'between scores of a connected socket, of a device and of neither is more than family and hearing count together',
  },
  {
    file: 'demux-datagram.ts',
    line: 'let score = 0',
    change: ['0', '1'],
    why: 'all scores are one higher, and are compared with each other only',
  },
  {
    file: 'plan.ts',
    line: '...(blocker == null ? {} : { blocker }),',
    change: ['blocker == null', '!(blocker == null)'],
    why: 'kernels tell the errno and not who is in the way; can-bind’s tests judge that',
  },
  {
    file: 'space.ts',
    line: 'this.#planned = null',
    change: ['this.#planned = null', ';'],
    why: 'every action of a program is an object of its own, so a plan is never found again',
  },
  {
    file: 'space.ts',
    line: "if (socket === undefined) return refuse('EBADF')",
    change: ["refuse('EBADF')", 'undefined'],
    why: 'outside.ts leaves out what is done to sockets that are closed or were never made',
  },
  {
    file: 'space.ts',
    line: "if (socket === undefined) return refuse('EBADF')",
    change: ["'EBADF'", "'EMUTANT'"],
    why: 'outside.ts leaves out what is done to sockets that are closed or were never made',
  },
  {
    file: 'space.ts',
    line: 'this.#sockets.delete(socket.id)',
    change: ['this.#sockets.delete(socket.id)', ';'],
    why: 'outside.ts leaves out what is done to sockets that are closed',
  },
  {
    file: 'space.ts',
    line: "const number = typeof port === 'number' ? port : (this.#sockets.get(port.of)?.sport ?? 0)",
    change: ['0', '1'],
    why: 'outside.ts leaves out the ports of sockets that are not there',
  },
  {
    file: 'surroundings.ts',
    line: 'if (low <= ownLow && ownLow <= high) low = ownLow',
    change: ['low <= ownLow', '(low) < (ownLow)'],
    why: 'where the two are equal, so are the results',
  },
  {
    file: 'surroundings.ts',
    line: 'if (low <= ownHigh && ownHigh <= high) high = ownHigh',
    change: ['ownHigh <= high', '(ownHigh) < (high)'],
    why: 'where the two are equal, so are the results',
  },
  {
    file: 'tcp-endings.ts',
    line: 'if (isTimeWait(old)) this.end(old)',
    change: ['isTimeWait(old)', '!(isTimeWait(old))'],
    why: 'both give the port back, and what they differ in is no state of a TIME_WAIT',
  },
  {
    file: 'tcp-port.ts',
    line: 'return this.#groups.size === 0',
    change: ['this.#groups.size === 0', 'undefined'],
    why: 'a port that nobody holds is settled to what a new one would be',
  },
  {
    file: 'tcp-ends.ts',
    line: 'if (mapped) socket.spokeV4 = true',
    change: ['socket.spokeV4 = true', ';'],
    why: 'outside.ts alone asks for it',
  },
  {
    file: 'tcp-ends.ts',
    line: 'if (mapped) socket.spokeV4 = true',
    change: ['true', 'false'],
    why: 'outside.ts alone asks for it',
  },
  {
    file: 'tcp-ends.ts',
    line: "const child = newSocket(-1, 'tcp', listener.family, listener.uid)",
    change: ['1', '2'],
    why: 'the number is replaced by accept() and until then nobody’s either way',
  },
  {
    file: 'tcp-ends.ts',
    line: "child.spokeV4 = child.family === 'ipv6' && !own.address.includes(':')",
    change: ["child.spokeV4 = child.family === 'ipv6' && !own.address.includes(':')", ';'],
    why: 'outside.ts alone asks for it',
  },
  {
    file: 'tcp-endings.ts',
    line: 'socket.remote = null',
    change: ['socket.remote = null', ';'],
    why: 'who a socket without a connection was connected to is asked by outside.ts alone',
  },
  {
    file: 'protocol-rules.ts',
    line: "errno: 'EPROTONOSUPPORT',",
    change: ["'EPROTONOSUPPORT'", "'EMUTANT'"],
    why: 'can-bind alone asks for it, and its tests judge it',
  },
  {
    file: 'udp.ts',
    line: "return refuse('ENOTCONN')",
    change: ["refuse('ENOTCONN')", 'undefined'],
    why: 'outside.ts leaves out the shutdown of datagram sockets',
  },
  {
    file: 'udp.ts',
    line: "return refuse('ENOTCONN')",
    change: ["'ENOTCONN'", "'EMUTANT'"],
    why: 'outside.ts leaves out the shutdown of datagram sockets',
  },
  {
    file: 'udp.ts',
    line: 'export const MOST_SOCKETS_OF_A_PORT = 10',
    change: ['10', '11'],
    why: 'outside.ts alone asks for it',
  },
  {
    file: 'demux-listener.ts',
    line: "return 1 + (listener.device === null ? 0 : 1) + (v4 && listener.family === 'ipv4' ? 1 : 0)",
    change: ['1', '2'],
    nth: 1,
    why: 'all scores that are not 0 are one higher, and are compared with each other and with 0 only',
  },
  {
    file: 'tcp-endings.ts',
    line: 'this.#unpair(socket)',
    change: ['this.#unpair(socket)', ';'],
    nth: 3,
    why: 'nobody asks for the peer of a socket that is gone; it frees memory',
  },
  ...[
    ['other !== undefined', '!(other !== undefined)'] as const,
    ['other !== undefined', '(other) === (undefined)'] as const,
    ['this.#peers.delete(other)', ';'] as const,
  ].map(change => ({
    file: 'tcp-endings.ts',
    line: 'if (other !== undefined) this.#peers.delete(other)',
    change,
    why: 'the other end is over by then or paired anew; it frees memory',
  })),
  {
    file: 'udp.ts',
    line: 'take(this.byAddress, socket)',
    change: ['take(this.byAddress, socket)', ';'],
    nth: 1,
    why: 'it is found at its new place first, and the second time it scores no more',
  },
  {
    file: 'udp.ts',
    line: 'take(this.byAddress, socket)',
    change: ['take(this.byAddress, socket)', ';'],
    nth: 2,
    why: 'without a port it hears nothing; it frees memory',
  },
  ...(
    [
      ['plan.ts', 'drawn == null ? {} : { drawn }', ['drawn == null ? {} : { drawn }', 'undefined']],
      ['plan.ts', 'drawn == null ? {} : { drawn }', ['drawn == null', '!(drawn == null)']],
      ['space.ts', 'Object.assign(child, { id })', ['Object.assign(child, { id })', ';']],
      ['space.ts', 'this.#sockets.set(id, child)', ['this.#sockets.set(id, child)', ';']],
      ['space.ts', 'this.#sockets.delete(id)', ['this.#sockets.delete(id)', ';']],
      ['tcp.ts', 'this.#living = living', ['this.#living = living', ';']],
      [
        'tcp.ts',
        'return old === null || (isTimeWait(old) && this.#living?.mayTake?.(old) === true)',
        ['true', 'false'],
      ],
      [
        'tcp.ts',
        'return drawnChoice(drawForConnect(low, high, everyPort, free, this.#living.draw))',
        ['drawnChoice(drawForConnect(low, high, everyPort, free, this.#living.draw))', 'undefined'],
      ],
      ['udp.ts', 'this.#living = living', ['this.#living = living', ';']],
      [
        'udp.ts',
        'this.#living === undefined ? portsFrom(low, high, 1).filter(isFree) : drawn === null ? [] : [drawn]',
        ['drawn === null', '!(drawn === null)'],
      ],
      [
        'udp.ts',
        'this.#living === undefined ? portsFrom(low, high, 1).filter(isFree) : drawn === null ? [] : [drawn]',
        ['drawn === null', '(drawn) !== (null)'],
      ],
      [
        'udp.ts',
        'return receiversOf(this, datagram, this.#dialect)',
        ['receiversOf(this, datagram, this.#dialect)', 'undefined'],
      ],
    ] as const
  ).map(([file, line, change]) => ({
    file,
    line,
    change,
    why: 'only a space that lives has it, and a simulated host judges that (test/sim/)',
  })),
]
