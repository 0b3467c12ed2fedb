/** Machines on which something happens while a command looks at them. */
import type { Machine, MachineDescription } from '../../src/os/memory/memory.ts'
import { ADDRESSES, harbour, USERS } from './harbour.ts'

export type Happening = (machine: Machine) => void

/** Two connections that carry something and one that doesn't, and one that comes between the looks. */
export const busy: MachineDescription = {
  ...harbour,
  sockets: [
    { listen: 'tcp 0.0.0.0:3000', by: 812 },
    {
      established: 'tcp 203.0.113.7:3000 > 198.51.100.1:50001',
      by: 812,
      tcp: { bytesAcked: 1000, bytesReceived: 500 },
    },
    {
      established: 'tcp 203.0.113.7:3000 > 198.51.100.2:50002',
      by: 812,
      tcp: { bytesAcked: 7, bytesReceived: 7 },
    },
    { established: 'tcp 10.0.0.7:33000 > 10.0.0.8:5432', by: 812, tcp: { bytesAcked: 0, bytesReceived: 0 } },
  ],
}

export const carry: Happening = machine => {
  const [, web, , database] = machine.sockets
  machine.change(web!, {
    established: 'tcp 203.0.113.7:3000 > 198.51.100.1:50001',
    by: 812,
    tcp: { bytesAcked: 2_001_000, bytesReceived: 10_500 },
  })
  machine.change(database!, {
    established: 'tcp 10.0.0.7:33000 > 10.0.0.8:5432',
    by: 812,
    tcp: { bytesAcked: 123, bytesReceived: 4_567_890 },
  })
  machine.open({
    established: 'tcp 10.0.0.7:33001 > 10.0.0.8:5432',
    by: 812,
    tcp: { bytesAcked: 9, bytesReceived: 9 },
  })
}

export const quay: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [
    { pid: 600, run: 'sshd -D' },
    { pid: 811, run: 'node old.js', uid: 1000 },
    { pid: 812, run: 'node server.js', uid: 1000 },
    { pid: 813, run: 'node next.js', uid: 1000 },
  ],
  sockets: [
    { listen: 'tcp [::]:22', by: 600 },
    { listen: 'tcp 127.0.0.1:4000', by: 811 },
  ],
}

const socketOf = (machine: Machine, port: number) =>
  [...machine.sockets].find(({ socket }) => 'port' in socket.local && socket.local.port === port)!

export const traffic: readonly Happening[] = [
  machine => {
    machine.open({ listen: 'tcp 0.0.0.0:3000', by: 812 })
    machine.open({ bound: 'udp [::1]:5353', by: 812 })
  },
  machine => {
    machine.change(socketOf(machine, 3000), { listen: 'tcp 0.0.0.0:3000', by: [812, 813] })
    machine.open({ established: 'tcp 203.0.113.7:3000 > 198.51.100.1:50001', by: 812 })
    const brief = machine.open({
      established: 'tcp 203.0.113.7:3000 > 198.51.100.2:50002',
      by: 812,
      tcp: { bytesAcked: 12, bytesReceived: 34 },
    })
    machine.close(brief)
  },
  machine => machine.exit(812),
  machine => {
    machine.exit(811)
    machine.exit(813)
  },
]

/** Programs with names that are a trap for the terminal come and go. */
export const masquerade: MachineDescription = {
  addresses: ADDRESSES,
  users: USERS,
  processes: [
    { pid: 911, argv: ['evil\x1b[2J'], name: 'evil\x1b[2J', unit: 'x\ny.service' },
    { pid: 912, argv: ['\u202egpj.exe'], name: '\u202egpj.exe' },
    { pid: 913, run: 'ghost', vanishes: true },
  ],
}

export const disguises: readonly Happening[] = [
  machine => {
    machine.open({ listen: 'tcp 127.0.0.1:3001', by: 911 })
    machine.open({ listen: 'tcp 127.0.0.1:3002', by: 912 })
    machine.open({ listen: 'tcp 127.0.0.1:3003', by: 913 })
  },
]
